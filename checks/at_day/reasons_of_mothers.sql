-- Reasons that the father's cells bear out, so that they rest on the mother's alone: one row per child and such a reason.
with fathers as (
    select
        child_id,
        father_status as status,
        father_since as since,
        father_until as until
    from at_facts_at
)
select child_id, 'parent_status_contradicts' as reason
from fathers
where is_lost(status)
union all
select child_id, 'parent_status_missing' as reason
from fathers
where status is not null
union all
select child_id, 'parent_status_ended' as reason
from fathers
where holds_until(until, $as_of)
union all
select child_id, 'parent_returned' as reason
from fathers
where holds_until(until, $as_of)
union all
select child_id, 'parent_combination' as reason
from fathers
where (is_absent(status) or is_lost(status)) and has_begun(since, $as_of)
union all
select child_id, 'term_under_6_months' as reason
from fathers
where not coalesce(
    status = 'lost_contact' and $as_of < add_months(since, 6) or is_term(status) and until < add_months(since, 6), false
)
union all
select child_id, 'parent_at_home' as reason
from fathers
where coalesce(status <> 'at_home', true)
union all
select child_id, 'away_under_3_months' as reason
from fathers
where coalesce(status, '') <> 'working_away' or coalesce(add_months(since, 3) <= $as_of, false)
