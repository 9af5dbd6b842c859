-- Difficulties raised up to $as_of and what became of them: one row per need, in days (plan 3.2.2).
select
    n.need_id, n.child_id, p.stands_in as village_id, coalesce(n.category, 'other') as category,
    coalesce(n.is_joint_meeting, false) as is_joint_meeting, n.raised_on, n.due_on,
    coalesce(n.resolved_on <= $as_of, false) as is_resolved,
    coalesce(n.due_on < $as_of, false) and not coalesce(n.resolved_on <= $as_of, false) as is_overdue,
    case when n.resolved_on <= $as_of then days_between(n.raised_on, n.resolved_on) end as days_to_resolve
from needs as n
left join village_places as p on p.village_id = n.village_id
where n.raised_on <= $as_of
