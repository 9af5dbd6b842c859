-- The required cells of a child (plan 3.1.1): one row per field and class that asks for it; class_no 0: every class; from_age 0: any age.
-- cell_group: the fields that the same children are asked for; bit: what stands for the field in sums of bits.
-- Written by `python -m etl.forms.required_cells` from etl/forms/children.toml; a test holds it to that file.
select 'village_name' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 1 as bit
union all
select 'child_name' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 2 as bit
union all
select 'id_number' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 4 as bit
union all
select 'sex' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 8 as bit
union all
select 'born_on' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 16 as bit
union all
select 'household_head' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 32 as bit
union all
select 'class_no' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 64 as bit
union all
select 'hukou_kind' as field, 6 as class_no, 0 as from_age, 'cells_of_class_6' as cell_group, 128 as bit
union all
select 'address' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 256 as bit
union all
select 'school' as field, 0 as class_no, 6 as from_age, 'cells_of_school_age' as cell_group, 512 as bit
union all
select 'disability_type' as field, 3 as class_no, 0 as from_age, 'cells_of_class_3' as cell_group, 1024 as bit
union all
select 'disability_level' as field, 3 as class_no, 0 as from_age, 'cells_of_class_3' as cell_group, 2048 as bit
union all
select 'dibao_no' as field, 3 as class_no, 0 as from_age, 'cells_of_classes_3_4' as cell_group, 4096 as bit
union all
select 'dibao_no' as field, 4 as class_no, 0 as from_age, 'cells_of_classes_3_4' as cell_group, 4096 as bit
union all
select 'dibao_from' as field, 3 as class_no, 0 as from_age, 'cells_of_classes_3_4' as cell_group, 8192 as bit
union all
select 'dibao_from' as field, 4 as class_no, 0 as from_age, 'cells_of_classes_3_4' as cell_group, 8192 as bit
union all
select 'father_status' as field, 2 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 16384 as bit
union all
select 'father_status' as field, 6 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 16384 as bit
union all
select 'father_since' as field, 2 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 32768 as bit
union all
select 'father_since' as field, 6 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 32768 as bit
union all
select 'mother_status' as field, 2 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 65536 as bit
union all
select 'mother_status' as field, 6 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 65536 as bit
union all
select 'mother_since' as field, 2 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 131072 as bit
union all
select 'mother_since' as field, 6 as class_no, 0 as from_age, 'cells_of_classes_2_6' as cell_group, 131072 as bit
union all
select 'event_kind' as field, 5 as class_no, 0 as from_age, 'cells_of_class_5' as cell_group, 262144 as bit
union all
select 'reviewed_on' as field, 5 as class_no, 0 as from_age, 'cells_of_class_5' as cell_group, 524288 as bit
union all
select 'guardian_name' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 1048576 as bit
union all
select 'guardian_relation' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 2097152 as bit
union all
select 'guardian_phone' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 4194304 as bit
union all
select 'listed_on' as field, 0 as class_no, 0 as from_age, 'cells_of_all' as cell_group, 8388608 as bit
