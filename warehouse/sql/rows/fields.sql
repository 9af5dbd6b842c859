-- Registered children at $as_of with their required cells and how many are filled, in cells: one row per child.
select c.child_id, s.village_id, s.primary_class as class_no, c.fields_required, c.fields_filled, f.sheet_id, f.row_no
from child_fields as c
inner join child_states as s on s.child_id = c.child_id
inner join facts_at as f on f.child_id = c.child_id
