-- Eligibility of every registered child in each of its classes at $as_of: one row per child and class, with the reason
-- where it is not eligible, a note for the reader, and the last eligible day where it is known (plan 2.1).
with class_states as (
    select child_id, class_no, state, reason, ends_on, note
    from states_class_1
    union all
    select child_id, class_no, state, reason, ends_on, note
    from states_class_2
    union all
    select child_id, class_no, state, reason, ends_on, note
    from states_classes_3_4
    union all
    select child_id, class_no, state, reason, ends_on, note
    from states_class_5
    union all
    select child_id, class_no, state, reason, ends_on, note
    from states_class_6
),
ages as (
    select
        j.child_id,
        c.village_id,
        j.class_no,
        j.state,
        j.reason,
        j.ends_on,
        j.note,
        add_years(c.born_on, case when j.class_no = 6 then 16 else 18 end) as of_age_on
    from class_states as j
    inner join registered_children as c on c.child_id = j.child_id
)
select
    child_id,
    village_id,
    class_no,
    case when of_age_on is null then 'unverified' when $as_of > of_age_on then 'expired' else state end as state,
    case when of_age_on is null then 'birth_date_missing' when $as_of > of_age_on then 'age_limit' else reason end as reason,
    case
        when of_age_on is null then null
        when $as_of > of_age_on then of_age_on
        when state <> 'unverified' then least(of_age_on, ends_on)
    end as last_eligible_on,
    case when $as_of <= of_age_on and state = 'eligible' then note end as note,
    case when of_age_on is null then true when $as_of > of_age_on then false else state <> 'expired' end as is_in_scope
from ages
