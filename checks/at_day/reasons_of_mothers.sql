-- Reasons that the father's cells bear out, so that they rest on the mother's alone: one row per child and such a reason.
select child_id, 'parent_status_contradicts' as reason
from at_facts_at
where is_lost(father_status)
union all
select child_id, 'parent_status_missing' as reason
from at_facts_at
where father_status is not null
union all
select child_id, 'parent_status_ended' as reason
from at_facts_at
where holds_until(father_until, $as_of)
union all
select child_id, 'parent_returned' as reason
from at_facts_at
where holds_until(father_until, $as_of)
union all
select child_id, 'parent_combination' as reason
from at_facts_at
where (is_absent(father_status) or is_lost(father_status)) and has_begun(father_since, $as_of)
union all
select child_id, 'term_under_6_months' as reason
from at_facts_at
where not coalesce(
    father_status = 'lost_contact' and $as_of < add_months(father_since, 6)
    or is_term(father_status) and father_until < add_months(father_since, 6), false
)
union all
select child_id, 'parent_at_home' as reason
from at_facts_at
where coalesce(father_status <> 'at_home', true)
union all
select child_id, 'away_under_3_months' as reason
from at_facts_at
where coalesce(father_status, '') <> 'working_away' or coalesce(add_months(father_since, 3) <= $as_of, false)
