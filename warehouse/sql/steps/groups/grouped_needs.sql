-- Needs under each group they count in: town and village by the ledger that names them, class by the child's classes.
-- One row per group and need, for class and village_class one per class of the child.
with class_needs as (
    select need_id, village_id, 0 as class_no, category, is_joint_meeting, is_resolved, is_overdue, days_to_resolve
    from needs_at
    union all
    select n.need_id, n.village_id, m.class_no, n.category, n.is_joint_meeting, n.is_resolved, n.is_overdue, n.days_to_resolve
    from needs_at as n
    inner join membership_states as m on m.child_id = n.child_id
)
select
    g.grp,
    case when g.is_by_village then c.village_id else '' end as village_id,
    c.class_no, c.need_id, c.category, c.is_joint_meeting, c.is_resolved, c.is_overdue, c.days_to_resolve
from class_needs as c
inner join figure_groups as g on g.is_by_class = (c.class_no > 0)
