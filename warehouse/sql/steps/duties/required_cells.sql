-- The required cells of a child (plan 3.1.1): one row per field and class that asks for it; class_no 0: every class; from_age 0: any age.
-- cell_group: the fields that the same children are asked for; bit: what stands for the field in sums of bits.
-- Written by `python -m tests.etl.forms.required_steps` from etl/forms/children.toml; a test holds it to that file.
select *
from (values
    ('village_name', 0, 0, 'cells_of_all', 1), ('child_name', 0, 0, 'cells_of_all', 2),
    ('id_number', 0, 0, 'cells_of_all', 4), ('sex', 0, 0, 'cells_of_all', 8), ('born_on', 0, 0, 'cells_of_all', 16),
    ('household_head', 0, 0, 'cells_of_all', 32), ('class_no', 0, 0, 'cells_of_all', 64),
    ('hukou_kind', 6, 0, 'cells_of_class_6', 128), ('address', 0, 0, 'cells_of_all', 256),
    ('school', 0, 6, 'cells_of_school_age', 512), ('disability_type', 3, 0, 'cells_of_class_3', 1024),
    ('disability_level', 3, 0, 'cells_of_class_3', 2048), ('dibao_no', 3, 0, 'cells_of_classes_3_4', 4096),
    ('dibao_no', 4, 0, 'cells_of_classes_3_4', 4096), ('dibao_from', 3, 0, 'cells_of_classes_3_4', 8192),
    ('dibao_from', 4, 0, 'cells_of_classes_3_4', 8192), ('father_status', 2, 0, 'cells_of_classes_2_6', 16384),
    ('father_status', 6, 0, 'cells_of_classes_2_6', 16384), ('father_since', 2, 0, 'cells_of_classes_2_6', 32768),
    ('father_since', 6, 0, 'cells_of_classes_2_6', 32768), ('mother_status', 2, 0, 'cells_of_classes_2_6', 65536),
    ('mother_status', 6, 0, 'cells_of_classes_2_6', 65536), ('mother_since', 2, 0, 'cells_of_classes_2_6', 131072),
    ('mother_since', 6, 0, 'cells_of_classes_2_6', 131072), ('event_kind', 5, 0, 'cells_of_class_5', 262144),
    ('reviewed_on', 5, 0, 'cells_of_class_5', 524288), ('guardian_name', 0, 0, 'cells_of_all', 1048576),
    ('guardian_relation', 0, 0, 'cells_of_all', 2097152), ('guardian_phone', 0, 0, 'cells_of_all', 4194304),
    ('listed_on', 0, 0, 'cells_of_all', 8388608)
) as cells (field, class_no, from_age, cell_group, bit)
