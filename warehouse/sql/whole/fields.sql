-- The 24 required cells of every registered child at $as_of, and which are not asked of it: one row per child and group of cells.
with cells as (
    select
        child_id,
        village_id,
        'cells_of_all' as told,
        12 as cells,
        1 as is_asked,
        one_if(has_village_name) + one_if(has_child_name) + one_if(has_id_number) + one_if(has_sex)
        + one_if(has_born_on) + one_if(has_household_head) + one_if(has_class_no) + one_if(has_address)
        + one_if(has_guardian_name) + one_if(has_guardian_relation) + one_if(has_guardian_phone)
        + one_if(has_listed_on) as filled
    from asked_cells
    union all
    select child_id, village_id, 'cells_of_class_6' as told, 1 as cells, is_6 as is_asked, one_if(has_hukou_kind) as filled
    from asked_cells
    union all
    select
        child_id,
        village_id,
        'cells_of_classes_2_6' as told,
        4 as cells,
        is_2_6 as is_asked,
        one_if(has_father_status) + one_if(has_father_since) + one_if(has_mother_status) + one_if(has_mother_since) as filled
    from asked_cells
    union all
    select child_id, village_id, 'cells_of_class_3' as told, 2 as cells, is_3 as is_asked,
        one_if(has_disability_type) + one_if(has_disability_level) as filled
    from asked_cells
    union all
    select child_id, village_id, 'cells_of_classes_3_4' as told, 2 as cells, is_3_4 as is_asked,
        one_if(has_dibao_no) + one_if(has_dibao_from) as filled
    from asked_cells
    union all
    select child_id, village_id, 'cells_of_class_5' as told, 2 as cells, is_5 as is_asked,
        one_if(has_event_kind) + one_if(has_reviewed_on) as filled
    from asked_cells
    union all
    select child_id, village_id, 'cells_of_school_age' as told, 1 as cells, is_of_school_age as is_asked, one_if(has_school) as filled
    from asked_cells
)
select
    c.child_id,
    c.village_id,
    s.primary_class as class_no,
    c.cells,
    c.cells * c.is_asked as fields_required,
    c.filled * c.is_asked as fields_filled,
    c.filled as fields_filled_anyway,
    case when c.is_asked = 0 then c.told end as left_out,
    cast(null as string) as reason,
    f.sheet_id,
    f.row_no
from cells as c
inner join child_states as s on s.child_id = c.child_id
inner join facts_at as f on f.child_id = c.child_id
