-- Coverage of the children in scope with their newest ledger row: one row per child.
select p.sheet_id, p.row_no, 'children' as ledger, s.village_id, s.primary_class as class_no, c.*
from at_child_coverage as c
inner join at_child_states as s on s.child_id = c.child_id
inner join newest_child_rows as p on p.child_id = c.child_id
