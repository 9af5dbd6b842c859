-- All difficulties that ledgers name, and whether one was raised after $as_of: one row per need.
select
    n.need_id, n.child_id, coalesce(a.village_id, n.village_id) as village_id,
    coalesce(n.category, 'other') as category, n.department, coalesce(n.is_joint_meeting, false) as is_joint_meeting,
    n.raised_on, n.due_on,
    case when a.is_resolved then n.resolved_on end as resolved_on,
    a.is_resolved, a.is_overdue, n.resolved_on is not null as is_resolved_ever,
    case when a.need_id is null then 'need_not_yet' end as left_out,
    cast(null as string) as reason, n.sheet_id, n.row_no
from needs as n
left join needs_at as a on a.need_id = n.need_id
