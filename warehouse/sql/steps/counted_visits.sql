-- Visits that count, up to $as_of: a known child, a day, a mode that counts (settings). One row per visit (plan 3.2.1).
select
    v.child_id,
    v.visited_on
from visits as v
inner join settings as s on s.name = 'counted_mode' and s.item = v.mode
where v.child_id is not null and v.visited_on <= $as_of
