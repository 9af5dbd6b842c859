-- Required cells of the registered children at $as_of that are missing: one row per child and field; a child's rows are its
-- fields_required - fields_filled (child_fields.sql, plan 3.1.1).
select distinct a.child_id, r.field
from child_cells as a
inner join required_cells as r on (a.required & r.bit) <> 0 and (a.filled & r.bit) = 0
