-- Required cells of the registered children at $as_of and how many are filled: one row per child, in cells (plan 3.1.1).
select
    child_id, village_id, cast(bit_count(required) as integer) as fields_required,
    cast(bit_count(required & filled) as integer) as fields_filled
from child_cells
