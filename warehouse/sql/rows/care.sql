-- Care due in the year of $as_of, with the ledger row of the care held, else the child's: one row per child and occasion.
-- kept_by: the village whose ledger has the care, where that is not the child's.
with care_held as (
    select
        e.child_id, e.occasion,
        min_by(e.care_id, cast(coalesce(p.stands_in <> s.village_id, true) as string) || e.care_id) as care_id
    from care_events as e
    inner join child_states as s on s.child_id = e.child_id
    left join village_places as p on p.village_id = e.village_id
    where e.held_on between year_begins($as_of) and $as_of
    group by e.child_id, e.occasion
)
select
    d.child_id, s.village_id, s.primary_class as class_no, d.occasion, d.last_on, e.held_on, d.is_held,
    k.name as kept_by, coalesce(e.sheet_id, f.sheet_id) as sheet_id, coalesce(e.row_no, f.row_no) as row_no
from child_care as d
inner join child_states as s on s.child_id = d.child_id
inner join facts_at as f on f.child_id = d.child_id
left join care_held as h on h.child_id = d.child_id and h.occasion = d.occasion
left join care_events as e on e.care_id = h.care_id
left join village_places as p on p.village_id = e.village_id
left join villages as k on k.village_id = p.stands_in and k.village_id <> s.village_id
