-- Required cells of the registered children at $as_of and how many are filled: one row per child, in cells, once over
-- all its classes; the two disability cells are also met by the three illness cells (plan 3.1.1).
with cells as (
    select
        s.child_id,
        s.village_id,
        s.is_6,
        s.is_2_6,
        s.is_3,
        s.is_3_4,
        s.is_5,
        one_if(s.born_on is not null and not is_under(s.born_on, 6, $as_of)) as is_of_school_age,
        one_if(f.has_village_name) + one_if(f.has_child_name) + one_if(f.has_id_number) + one_if(f.has_sex)
        + one_if(f.has_born_on) + one_if(f.has_household_head) + one_if(f.has_class_no) + one_if(f.has_address)
        + one_if(f.has_guardian_name) + one_if(f.has_guardian_relation) + one_if(f.has_guardian_phone)
        + one_if(f.has_listed_on) as filled,
        one_if(f.has_hukou_kind) as filled_6,
        one_if(f.has_father_status) + one_if(f.has_father_since)
        + one_if(f.has_mother_status) + one_if(f.has_mother_since) as filled_2_6,
        case
            when f.has_illness_name and f.has_illness_cost and f.has_illness_year then 2
            else one_if(f.has_disability_type) + one_if(f.has_disability_level)
        end as filled_3,
        one_if(f.has_dibao_no) + one_if(f.has_dibao_from) as filled_3_4,
        one_if(f.has_event_kind) + one_if(f.has_reviewed_on) as filled_5,
        one_if(f.has_school) as filled_school
    from child_states as s
    inner join facts_at as n on n.child_id = s.child_id
    inner join child_facts as f
        on f.child_id = n.child_id and f.village_id = n.village_id and f.ledger_on = n.ledger_on
)
select
    child_id,
    village_id,
    12 + is_6 + 4 * is_2_6 + 2 * is_3 + 2 * is_3_4 + 2 * is_5 + is_of_school_age as fields_required,
    filled + is_6 * filled_6 + is_2_6 * filled_2_6 + is_3 * filled_3 + is_3_4 * filled_3_4 + is_5 * filled_5
    + is_of_school_age * filled_school as fields_filled
from cells
