-- Registered children at $as_of in each of their classes: one row per child and class; state and is_in_scope are that class's.
select *
from (select child_id, village_id, class_no, state, is_in_scope from membership_states) as m
inner join child_counts using (child_id)
