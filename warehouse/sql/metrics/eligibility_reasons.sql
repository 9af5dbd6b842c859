-- zh: 已不符合与待核实的在册儿童，按类别和原因计数；一名儿童在几类中就计几次。粒度：每组、类别、状态、原因一行；单位：人次。依据方案 2.1。
-- en: Registered children expired or unverified, by class and reason; a child counts in each of its classes.
-- en: Grain: one row per group, class, state and reason that occurs. Unit: memberships. Plan 2.1.
with reasons as (
    select 'town' as grp, '' as village_id, class_no, state, reason
    from membership_states
    union all
    select 'village' as grp, village_id, class_no, state, reason
    from membership_states
    union all
    select 'class' as grp, '' as village_id, class_no, state, reason
    from membership_states
    union all
    select 'village_class' as grp, village_id, class_no, state, reason
    from membership_states
)
select
    grp,
    village_id,
    class_no,
    state,
    reason,
    count(*) as children
from reasons
where state <> 'eligible'
group by grp, village_id, class_no, state, reason
