-- Visits of known children in the year of $as_of up to $as_of, any mode: one row per visit; is_counted = mode and day count.
select
    visit_id, child_id, helper_id, village_id, visited_on, mode, visited_precision = 'day' as is_day_known,
    is_mode_counted as is_counted, recorded_on, note_key, ledger_on
from ledger_visits
where child_id is not null and visited_on between year_begins($as_of) and $as_of
