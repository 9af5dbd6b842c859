-- zh: 在岗帮扶人（村：统计日在本村有结对的）、其中在方案范围内的；有在范围内结对儿童的、结对的儿童（村：本村儿童）；平均结对儿童＝结对（儿童×帮扶人）÷有结对的帮扶人；
-- zh: 今年从未走访的帮扶人：有结对的，今年到统计日有一项结对满 61 天，而对现在和过去结对的儿童一次计入的走访也没有。粒度：每组一行；单位：人。依据方案 2.2、3.2.1。
-- en: Helpers in service (a village's: with a pairing in force there), those of the plan's circle, those paired with a child in
-- en: scope (a village's: of that village), the children so paired, and pairings (child x helper) by paired helper. Never visited:
-- en: paired, 61 days or more of a pairing in the year up to the day, and no counted visit in it to any child they are or were
-- en: paired with. Grain: one row per group. Unit: helpers, children. Plan 2.2, 3.2.1.
with counts as (
    select
        d.grp, d.village_id,
        count(case when d.is_there then 1 end) as helpers,
        count(case when d.is_there and d.is_in_circle then 1 end) as in_circle,
        count(case when d.children > 0 then 1 end) as paired_helpers,
        count(case when d.children > 0 and v.is_idle then 1 end) as never_visited_helpers,
        cast(sum(d.children) as bigint) as pairs
    from helper_duties as d
    left join helper_visits as v on v.helper_id = d.helper_id
    group by d.grp, d.village_id
),
paired as (
    select g.grp, g.village_id, count(c.child_id) as children
    from grouped_children as g
    inner join child_coverage as c on c.child_id = g.child_id and c.is_family_paired
    where g.class_no = 0
    group by g.grp, g.village_id
)
select
    k.grp, k.village_id, k.class_no, coalesce(c.helpers, 0) as helpers, coalesce(c.in_circle, 0) as in_circle,
    coalesce(c.paired_helpers, 0) as paired_helpers, coalesce(c.never_visited_helpers, 0) as never_visited_helpers,
    coalesce(p.children, 0) as paired_children, share_of(c.pairs, c.paired_helpers) as children_per_helper
from group_keys as k
left join counts as c on c.grp = k.grp and c.village_id = k.village_id
left join paired as p on p.grp = k.grp and p.village_id = k.village_id
where k.grp in ('town', 'village')
