-- zh: 已不符合与待核实的在册儿童，按类别和原因计数；一名儿童在几类中就计几次。粒度：每组、类别、状态、原因一行；单位：人次。依据方案 2.1。
-- en: Registered children expired or unverified, by class and reason; a child counts in each of its classes.
-- en: Grain: one row per group, class, state and reason that occurs. Unit: memberships. Plan 2.1.
select
    g.grp,
    case when g.is_by_village then m.village_id else '' end as village_id,
    m.class_no, m.state, m.reason, count(*) as children
from membership_states as m
cross join figure_groups as g
where m.state <> 'eligible'
group by g.grp, case when g.is_by_village then m.village_id else '' end, m.class_no, m.state, m.reason
