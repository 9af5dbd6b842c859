-- zh: 在册儿童在统计日的资格：符合、已不符合（曾符合，期限已过）、待核实（缺少必要事实或事实矛盾）。在册而未“已不符合”的为在帮扶范围内。资格有效率＝符合÷在册。
-- zh: 粒度：每组一行；单位：人（按类别为人次），比率 0–1。依据方案 2.1。
-- en: State of the registered children on the day: eligible, expired (it held and an end has passed), unverified (a needed
-- en: fact is missing or contradicts). In scope = registered and not expired. Valid eligibility rate = eligible / registered.
-- en: Grain: one row per group. Unit: children (by class: memberships), share 0-1. Plan 2.1.
with counts as (
    select
        k.grp, k.village_id, k.class_no, count(g.child_id) as registered,
        count(case when g.state = 'eligible' then 1 end) as eligible,
        count(case when g.state = 'expired' then 1 end) as expired,
        count(case when g.state = 'unverified' then 1 end) as unverified,
        count(case when g.is_in_scope then 1 end) as in_scope
    from group_keys as k
    left join grouped_children as g
        on g.grp = k.grp and g.village_id = k.village_id and g.class_no = k.class_no
    group by k.grp, k.village_id, k.class_no
)
select *, share_of(eligible, registered) as eligibility_valid_share from counts
