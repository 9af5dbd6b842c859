-- Counted visit-days of the children in scope in the year of $as_of, with one ledger row each: one row per child and day.
select child_id, village_id, class_no, visited_on, mode, kept_by, sheet_id, row_no
from visits_population
where left_out is null
