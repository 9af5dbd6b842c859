-- Visits of known children in the year of $as_of up to $as_of, any mode: one row per visit; is_counted = mode and day count.
select
    v.visit_id,
    v.child_id,
    v.helper_id,
    v.village_id,
    v.visited_on,
    v.visited_precision = 'day' as is_day_known,
    s.item is not null as is_counted,
    v.recorded_on,
    v.note_key,
    v.ledger_on
from visits as v
left join settings as s on s.name = 'counted_mode' and s.item = v.mode
where v.child_id is not null and v.visited_on between year_begins($as_of) and $as_of
