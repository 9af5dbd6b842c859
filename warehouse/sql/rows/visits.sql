-- Counted visit-days of the children in scope in the year of $as_of, with one ledger row each: one row per child and day.
select
    child_id, village_id, class_no, visited_on, cast(extract(month from visited_on) as integer) as month, mode, kept_by,
    sheet_id, row_no
from visits_population
where left_out is null
