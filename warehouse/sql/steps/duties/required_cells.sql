-- Which required cells are asked of the registered children at $as_of, once over all their classes, and which are filled:
-- one row per child; is_* 1 where the cells of those classes (or the school) are asked, has_* whether a cell is filled, cells_*
-- how many of a group are; the two disability cells are also met by the three illness cells (plan 3.1.1).
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
        f.has_village_name,
        f.has_child_name,
        f.has_id_number,
        f.has_sex,
        f.has_born_on,
        f.has_household_head,
        f.has_class_no,
        f.has_address,
        f.has_guardian_name,
        f.has_guardian_relation,
        f.has_guardian_phone,
        f.has_listed_on,
        f.has_hukou_kind,
        f.has_father_status,
        f.has_father_since,
        f.has_mother_status,
        f.has_mother_since,
        f.has_disability_type or (f.has_illness_name and f.has_illness_cost and f.has_illness_year) as has_disability_type,
        f.has_disability_level or (f.has_illness_name and f.has_illness_cost and f.has_illness_year) as has_disability_level,
        f.has_dibao_no,
        f.has_dibao_from,
        f.has_event_kind,
        f.has_reviewed_on,
        f.has_school
    from child_states as s
    inner join facts_at as n on n.child_id = s.child_id
    inner join child_facts as f
        on f.child_id = n.child_id and f.village_id = n.village_id and f.ledger_on = n.ledger_on
)
select
    *,
    one_if(has_village_name) + one_if(has_child_name) + one_if(has_id_number) + one_if(has_sex)
    + one_if(has_born_on) + one_if(has_household_head) + one_if(has_class_no) + one_if(has_address)
    + one_if(has_guardian_name) + one_if(has_guardian_relation) + one_if(has_guardian_phone)
    + one_if(has_listed_on) as cells_of_all,
    one_if(has_hukou_kind) as cells_of_class_6,
    one_if(has_father_status) + one_if(has_father_since) + one_if(has_mother_status) + one_if(has_mother_since) as cells_of_classes_2_6,
    one_if(has_disability_type) + one_if(has_disability_level) as cells_of_class_3,
    one_if(has_dibao_no) + one_if(has_dibao_from) as cells_of_classes_3_4,
    one_if(has_event_kind) + one_if(has_reviewed_on) as cells_of_class_5,
    one_if(has_school) as cells_of_school_age
from cells
