-- Difficulties raised up to $as_of with the ledger row that tells them: one row per need.
select
    a.need_id,
    a.child_id,
    a.village_id,
    a.category,
    a.raised_on,
    a.due_on,
    case when a.is_resolved then n.resolved_on end as resolved_on,
    a.is_resolved,
    a.is_overdue,
    n.sheet_id,
    n.row_no
from needs_at as a
inner join needs as n on n.need_id = a.need_id
