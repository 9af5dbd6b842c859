-- Visits that count, up to $as_of: a known child, a day, a mode that counts. One row per visit (plan 3.2.1).
select child_id, helper_id, visited_on
from ledger_visits
where is_mode_counted and child_id is not null and visited_on <= $as_of
