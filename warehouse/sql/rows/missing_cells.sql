-- Required cells missing of the registered children at $as_of, with their ledger row: one row per child and field.
select m.child_id, s.village_id, s.primary_class as class_no, m.field, f.sheet_id, f.row_no
from missing_cells as m
inner join child_states as s on s.child_id = m.child_id
inner join facts_at as f on f.child_id = m.child_id
