-- zh: 截至统计日提出的困难问题：提出、未办结、超期（办结时限已过而未办结）、已办结；办结率＝已办结÷提出；办结天数取中位数。村按台账所属村计，指不明儿童的也计入。
-- zh: 粒度：每组一行；单位：件、天，比率 0–1。依据方案 3.2.2。
-- en: Difficulties raised up to the day: raised, open, overdue (past its day and not resolved), resolved, and the median days
-- en: from raised to resolved. A village's are those its ledgers name; by class those of children registered in it.
-- en: Grain: one row per group. Unit: needs, days, share 0-1. Plan 3.2.2.
with counts as (
    select
        k.grp, k.village_id, k.class_no, count(n.need_id) as raised,
        count(case when not n.is_resolved then 1 end) as open,
        count(case when n.is_overdue then 1 end) as overdue,
        count(case when n.is_resolved then 1 end) as resolved,
        median(n.days_to_resolve) as median_days_to_resolve
    from group_keys as k
    left join grouped_needs as n
        on n.grp = k.grp and n.village_id = k.village_id and n.class_no = k.class_no
    group by k.grp, k.village_id, k.class_no
)
select *, share_of(resolved, raised) as needs_resolved_share from counts
