-- zh: 在范围内儿童今年到统计日的最长走访间隔（从 1 月 1 日或纳入之日起，到每次计入的走访，到统计日），取中位数；超过 90 天的儿童。粒度：每组一行；单位：人、天。依据方案 3.2.1。
-- en: Longest gap of each child in scope this year, between the scope start, its counted visit days and the day: the median, and the
-- en: children with one over 90 days. Grain: one row per group. Unit: children, days. Plan 3.2.1.
select
    k.grp, k.village_id, k.class_no, count(v.child_id) as children,
    median(v.longest_gap_days) as median_longest_gap_days,
    count(case when v.longest_gap_days > 90 then 1 end) as over_90_days
from group_keys as k
left join grouped_children as g
    on g.grp = k.grp and g.village_id = k.village_id and g.class_no = k.class_no and g.is_in_scope
left join visit_gaps as v on v.child_id = g.child_id
group by k.grp, k.village_id, k.class_no
