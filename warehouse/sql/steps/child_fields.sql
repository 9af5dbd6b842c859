-- Required cells of the registered children at $as_of and how many are filled: one row per child, in cells (plan 3.1.1).
select
    child_id,
    village_id,
    12 + is_6 + 4 * is_2_6 + 2 * is_3 + 2 * is_3_4 + 2 * is_5 + is_of_school_age as fields_required,
    one_if(has_village_name) + one_if(has_child_name) + one_if(has_id_number) + one_if(has_sex)
    + one_if(has_born_on) + one_if(has_household_head) + one_if(has_class_no) + one_if(has_address)
    + one_if(has_guardian_name) + one_if(has_guardian_relation) + one_if(has_guardian_phone)
    + one_if(has_listed_on)
    + is_6 * one_if(has_hukou_kind)
    + is_2_6 * (
        one_if(has_father_status) + one_if(has_father_since) + one_if(has_mother_status) + one_if(has_mother_since)
    )
    + is_3 * (one_if(has_disability_type) + one_if(has_disability_level))
    + is_3_4 * (one_if(has_dibao_no) + one_if(has_dibao_from))
    + is_5 * (one_if(has_event_kind) + one_if(has_reviewed_on))
    + is_of_school_age * one_if(has_school) as fields_filled
from asked_cells
