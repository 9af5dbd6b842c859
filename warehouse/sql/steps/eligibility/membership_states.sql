-- Eligibility of every registered child in each of its classes at $as_of: one row per child and class, with the reason
-- where it is not eligible, a note for the reader, and the last eligible day where it is known (plan 2.1).
-- The reason decides the state: what held and has ended is expired, what is missing or contradicts is unverified.
with class_reasons as (
    select child_id, class_no, reason as class_reason, ends_on, note from reasons_class_1
    union all
    select child_id, class_no, reason as class_reason, ends_on, note from reasons_class_2
    union all
    select child_id, class_no, reason as class_reason, ends_on, note from reasons_classes_3_4
    union all
    select child_id, class_no, reason as class_reason, ends_on, note from reasons_class_5
    union all
    select child_id, class_no, reason as class_reason, ends_on, note from reasons_class_6
),
ages as (
    select j.*, c.village_id, add_years(c.born_on, case when j.class_no = 6 then 16 else 18 end) as of_age_on
    from class_reasons as j
    inner join registered_children as c on c.child_id = j.child_id
),
reasons as (
    select
        a.*,
        case when of_age_on is null then 'birth_date_missing' when $as_of > of_age_on then 'age_limit' else class_reason end as reason
    from ages as a
),
states as (
    select
        r.*,
        case
            when reason is null then 'eligible'
            when reason in ('age_limit', 'parent_status_ended', 'parent_returned', 'dibao_ended') then 'expired'
            when reason in ('disability_card_expired', 'illness_year_passed') then 'expired'
            else 'unverified'
        end as state
    from reasons as r
)
select
    child_id, village_id, class_no, state, reason,
    case when reason = 'age_limit' then of_age_on when state <> 'unverified' then least(of_age_on, ends_on) end as last_eligible_on,
    case when state = 'eligible' then note end as note,
    state <> 'expired' as is_in_scope
from states
