-- Counted visit-days of the children in scope in each of their classes: one row per child, class and day.
select child_id, village_id, class_no, visited_on, mode, kept_by, sheet_id, row_no
from class_visits_population
where left_out is null
