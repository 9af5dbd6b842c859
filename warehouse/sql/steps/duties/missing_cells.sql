-- Required cells of the registered children at $as_of that are missing: one row per child and field; a child's rows are its
-- fields_required - fields_filled (child_fields.sql, plan 3.1.1).
select child_id, 'village_name' as field from required_cells where not has_village_name
union all
select child_id, 'child_name' as field from required_cells where not has_child_name
union all
select child_id, 'id_number' as field from required_cells where not has_id_number
union all
select child_id, 'sex' as field from required_cells where not has_sex
union all
select child_id, 'born_on' as field from required_cells where not has_born_on
union all
select child_id, 'household_head' as field from required_cells where not has_household_head
union all
select child_id, 'class_no' as field from required_cells where not has_class_no
union all
select child_id, 'address' as field from required_cells where not has_address
union all
select child_id, 'guardian_name' as field from required_cells where not has_guardian_name
union all
select child_id, 'guardian_relation' as field from required_cells where not has_guardian_relation
union all
select child_id, 'guardian_phone' as field from required_cells where not has_guardian_phone
union all
select child_id, 'listed_on' as field from required_cells where not has_listed_on
union all
select child_id, 'hukou_kind' as field from required_cells where is_6 = 1 and not has_hukou_kind
union all
select child_id, 'father_status' as field from required_cells where is_2_6 = 1 and not has_father_status
union all
select child_id, 'father_since' as field from required_cells where is_2_6 = 1 and not has_father_since
union all
select child_id, 'mother_status' as field from required_cells where is_2_6 = 1 and not has_mother_status
union all
select child_id, 'mother_since' as field from required_cells where is_2_6 = 1 and not has_mother_since
union all
select child_id, 'disability_type' as field from required_cells where is_3 = 1 and not has_disability_type
union all
select child_id, 'disability_level' as field from required_cells where is_3 = 1 and not has_disability_level
union all
select child_id, 'dibao_no' as field from required_cells where is_3_4 = 1 and not has_dibao_no
union all
select child_id, 'dibao_from' as field from required_cells where is_3_4 = 1 and not has_dibao_from
union all
select child_id, 'event_kind' as field from required_cells where is_5 = 1 and not has_event_kind
union all
select child_id, 'reviewed_on' as field from required_cells where is_5 = 1 and not has_reviewed_on
union all
select child_id, 'school' as field from required_cells where is_of_school_age = 1 and not has_school
