-- Counted visit-days of the children in scope in the year of $as_of, with one ledger row each: one row per child and day.
with told as (
    select
        v.child_id,
        v.visited_on,
        min(v.visit_id) as visit_id
    from visits as v
    inner join settings as s on s.name = 'counted_mode' and s.item = v.mode
    where v.visited_on between year_begins($as_of) and $as_of
    group by v.child_id, v.visited_on
)
select
    c.child_id,
    c.village_id,
    c.primary_class as class_no,
    t.visited_on,
    v.mode,
    v.sheet_id,
    v.row_no
from child_states as c
inner join told as t on t.child_id = c.child_id
inner join visits as v on v.visit_id = t.visit_id
where c.is_in_scope
