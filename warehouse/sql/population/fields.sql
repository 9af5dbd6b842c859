-- The 24 required cells of every registered child at $as_of, and which are not asked of it: one row per child and group of cells.
with cells as (
    select child_id, village_id, 'cells_of_all' as cell_group, 12 as cells, 1 as is_asked, cells_of_all as filled
    from required_cells
    union all
    select child_id, village_id, 'cells_of_class_6' as cell_group, 1 as cells, is_6 as is_asked, cells_of_class_6 as filled
    from required_cells
    union all
    select child_id, village_id, 'cells_of_classes_2_6' as cell_group, 4 as cells, is_2_6 as is_asked, cells_of_classes_2_6 as filled
    from required_cells
    union all
    select child_id, village_id, 'cells_of_class_3' as cell_group, 2 as cells, is_3 as is_asked, cells_of_class_3 as filled
    from required_cells
    union all
    select child_id, village_id, 'cells_of_classes_3_4' as cell_group, 2 as cells, is_3_4 as is_asked, cells_of_classes_3_4 as filled
    from required_cells
    union all
    select child_id, village_id, 'cells_of_class_5' as cell_group, 2 as cells, is_5 as is_asked, cells_of_class_5 as filled
    from required_cells
    union all
    select child_id, village_id, 'cells_of_school_age' as cell_group, 1 as cells, is_of_school_age as is_asked, cells_of_school_age as filled
    from required_cells
)
select
    c.child_id,
    c.village_id,
    s.primary_class as class_no,
    c.cells,
    c.cells * c.is_asked as fields_required,
    c.filled * c.is_asked as fields_filled,
    c.filled as fields_filled_anyway,
    case when c.is_asked = 0 then c.cell_group end as left_out,
    cast(null as string) as reason,
    f.sheet_id,
    f.row_no
from cells as c
inner join child_states as s on s.child_id = c.child_id
inner join facts_at as f on f.child_id = c.child_id
