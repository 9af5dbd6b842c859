-- zh: 走访跟上率：当年截至统计日，每名在范围内儿童的走访日数（入户或到校，同日只计一次）达到应访次数的比例。应访＝6×在册天数÷全年天数，取整；应访不足 1 次的不计入分母。
-- zh: 应访未访＝应访 1 次以上而当年没有走访；超 60 天＝距最近一次走访（或纳入之日）超过 60 天。粒度：每组一行；单位：人、日、人年，比率 0–1。依据方案 3.2.1。
-- en: Pace of visits in the year up to the day: children in scope whose visit-days (in person or at school, once a day) reach
-- en: what is due = floor(6 x days in scope / days in the year), among those with one due or more.
-- en: Due, not visited: one due or more and none this year; over 60 days: more than 60 days since the last visit or the listing.
-- en: Grain: one row per group. Unit: children, days, child-years, share 0-1. Plan 3.2.1.
with counts as (
    select
        k.grp, k.village_id, k.class_no,
        count(case when v.is_due then 1 end) as due_children,
        count(case when v.is_due and v.is_on_pace then 1 end) as on_pace,
        cast(coalesce(sum(v.visit_days), 0) as bigint) as visit_days, coalesce(sum(v.scope_days), 0) as scope_days,
        days_between(year_begins($as_of), year_ends($as_of)) + 1 as year_days,
        count(case when v.is_never_visited then 1 end) as never_visited,
        count(case when v.is_over_60_days then 1 end) as over_60_days
    from group_keys as k
    left join grouped_children as g
        on g.grp = k.grp and g.village_id = k.village_id and g.class_no = k.class_no and g.is_in_scope
    left join child_visits as v on v.child_id = g.child_id
    group by k.grp, k.village_id, k.class_no
)
select
    grp, village_id, class_no, due_children, on_pace, share_of(on_pace, due_children) as visit_pace_share, visit_days,
    share_of(scope_days, year_days) as child_years,
    share_of(visit_days, share_of(scope_days, year_days)) as visits_per_child_year, never_visited, over_60_days
from counts
