-- Difficulties of the children registered in each class: one row per need and class.
select need_id, child_id, village_id, class_no, category, raised_on, due_on, resolved_on, is_resolved, is_overdue, sheet_id, row_no
from class_needs_population
where left_out is null
