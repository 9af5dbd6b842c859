-- Class 2, children without anyone to raise them in fact: both parents in a status of absence, or one dead or missing
-- (plan 2.1). One row per child; reason null = eligible; ends_on = the last day both statuses hold.
with parents as (
    select
        child_id, father_status is null or mother_status is null as is_unknown,
        (is_lost(father_status) or is_absent(father_status)) and (is_lost(mother_status) or is_absent(mother_status)) as is_fitting,
        is_lost(father_status) and is_lost(mother_status) as is_orphan,
        has_begun(father_since, $as_of) and has_begun(mother_since, $as_of) as has_begun,
        not (holds_until(father_until, $as_of) and holds_until(mother_until, $as_of)) as has_ended,
        coalesce(
            father_status = 'lost_contact' and $as_of < add_months(father_since, 6)
            or is_term(father_status) and father_until < add_months(father_since, 6), false
        ) as is_father_short,
        coalesce(
            mother_status = 'lost_contact' and $as_of < add_months(mother_since, 6)
            or is_term(mother_status) and mother_until < add_months(mother_since, 6), false
        ) as is_mother_short,
        least(father_until, mother_until) as ends_on
    from facts_at
)
select
    m.child_id, m.class_no,
    case
        when p.is_unknown then 'parent_status_missing'
        when p.is_fitting and p.has_ended then 'parent_status_ended'
        when not p.has_begun then 'parent_combination'
        when p.is_father_short or p.is_mother_short then 'term_under_6_months'
        when not p.is_fitting then 'parent_combination'
    end as reason,
    p.ends_on,
    case when p.is_orphan then 'belongs_in_class_1' end as note
from registered_memberships as m
inner join parents as p on p.child_id = m.child_id
where m.class_no = 2
