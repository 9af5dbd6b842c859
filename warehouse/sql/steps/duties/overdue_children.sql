-- Children with a need past its day and not resolved at $as_of: one row per child.
select child_id, count(*) as overdue_needs
from needs_at
where is_overdue and child_id is not null
group by child_id
