-- Difficulties raised up to $as_of and what became of them: one row per need, in days (plan 3.2.2).
select
    need_id,
    child_id,
    village_id,
    category,
    raised_on,
    due_on,
    coalesce(resolved_on <= $as_of, false) as is_resolved,
    coalesce(due_on < $as_of, false) and not coalesce(resolved_on <= $as_of, false) as is_overdue,
    case when resolved_on <= $as_of then days_between(raised_on, resolved_on) end as days_to_resolve
from needs
where raised_on <= $as_of
