-- Which required cells a ledger's row of a child has filled, as a sum of bits (required_cells): one row per row of child_facts.
-- Written by `python -m tests.etl.forms.required_steps` from etl/forms/children.toml; a test holds it to that file.
select
    child_id, village_id, ledger_on,
    1 * one_if(has_village_name) + 2 * one_if(has_child_name) + 4 * one_if(has_id_number) + 8 * one_if(has_sex)
    + 16 * one_if(has_born_on) + 32 * one_if(has_household_head) + 64 * one_if(has_class_no)
    + 128 * one_if(has_hukou_kind) + 256 * one_if(has_address) + 512 * one_if(has_school)
    + 1024 * one_if(has_disability_type or (has_illness_name and has_illness_cost and has_illness_year))
    + 2048 * one_if(has_disability_level or (has_illness_name and has_illness_cost and has_illness_year))
    + 4096 * one_if(has_dibao_no) + 8192 * one_if(has_dibao_from) + 16384 * one_if(has_father_status)
    + 32768 * one_if(has_father_since) + 65536 * one_if(has_mother_status) + 131072 * one_if(has_mother_since)
    + 262144 * one_if(has_event_kind) + 524288 * one_if(has_reviewed_on) + 1048576 * one_if(has_guardian_name)
    + 2097152 * one_if(has_guardian_relation) + 4194304 * one_if(has_guardian_phone) + 8388608 * one_if(has_listed_on) as filled
from child_facts
