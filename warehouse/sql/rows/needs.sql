-- Difficulties raised up to $as_of with the ledger row that names them: one row per need.
select need_id, child_id, village_id, category, raised_on, due_on, resolved_on, is_resolved, is_overdue, sheet_id, row_no
from needs_population
where left_out is null
