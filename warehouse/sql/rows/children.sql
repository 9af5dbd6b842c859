-- Registered children at $as_of with all that is counted of them and their ledger row: one row per child.
select *
from (select child_id, village_id, state, is_in_scope, primary_class as class_no from child_states) as s
inner join child_counts using (child_id)
