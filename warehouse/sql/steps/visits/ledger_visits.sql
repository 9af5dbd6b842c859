-- Visits that ledgers name, and whether their mode counts (settings): one row per visit.
select
    v.visit_id, v.child_id, v.helper_id, coalesce(p.stands_in, v.village_id) as village_id, v.visited_on,
    v.visited_precision, v.mode, s.item is not null as is_mode_counted, v.recorded_on, v.note_key, v.ledger_on,
    v.sheet_id, v.row_no
from visits as v
left join village_places as p on p.village_id = v.village_id
left join settings as s on s.name = 'counted_mode' and s.item = v.mode
