-- zh: 在册 → 在范围内 → 已覆盖 → 结对规范 → 走访跟上 → 没有超期未办结的困难；后一步都是前一步的一部分。粒度：每组一行；单位：人。依据方案 2、3。
-- en: Registered, in scope, covered, conforming, on pace with visits, no overdue difficulty;
-- en: each step is a part of the one before. Grain: one row per group. Unit: children (by class: memberships). Plan 2, 3.
select
    k.grp, k.village_id, k.class_no, count(g.child_id) as registered,
    count(case when g.is_in_scope then 1 end) as in_scope,
    count(case when g.is_in_scope and c.is_covered then 1 end) as covered,
    count(case when g.is_in_scope and c.is_conforming then 1 end) as conforming,
    count(case when g.is_in_scope and c.is_conforming and v.is_on_pace then 1 end) as on_pace,
    count(
        case when g.is_in_scope and c.is_conforming and v.is_on_pace and o.child_id is null then 1 end
    ) as no_overdue_need
from group_keys as k
left join grouped_children as g
    on g.grp = k.grp and g.village_id = k.village_id and g.class_no = k.class_no
left join child_coverage as c on c.child_id = g.child_id
left join child_visits as v on v.child_id = g.child_id
left join overdue_children as o on o.child_id = g.child_id
group by k.grp, k.village_id, k.class_no
