-- Required cells of the registered children at $as_of and how many are filled: one row per child, in cells (plan 3.1.1).
select
    child_id,
    village_id,
    12 + is_6 + 4 * is_2_6 + 2 * is_3 + 2 * is_3_4 + 2 * is_5 + is_of_school_age as fields_required,
    cells_of_all
    + is_6 * cells_of_class_6
    + is_2_6 * cells_of_classes_2_6
    + is_3 * cells_of_class_3
    + is_3_4 * cells_of_classes_3_4
    + is_5 * cells_of_class_5
    + is_of_school_age * cells_of_school_age as fields_filled
from required_cells
