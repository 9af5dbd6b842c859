-- Reasons that the father's cells bear out, so that they rest on the mother's alone: one row per child and such a reason.
select f.child_id, r.reason
from at_facts_at as f
cross join (values
    ('parent_status_contradicts'), ('parent_status_missing'), ('parent_status_ended'), ('parent_returned'), ('parent_combination'),
    ('term_under_6_months'), ('parent_at_home'), ('away_under_3_months')
) as r (reason)
where case r.reason
    when 'parent_status_contradicts' then is_lost(f.father_status)
    when 'parent_status_missing' then f.father_status is not null
    when 'parent_combination' then (is_absent(f.father_status) or is_lost(f.father_status)) and has_begun(f.father_since, $as_of)
    when 'term_under_6_months' then not coalesce(
        f.father_status = 'lost_contact' and $as_of < add_months(f.father_since, 6)
        or is_term(f.father_status) and f.father_until < add_months(f.father_since, 6), false
    )
    when 'parent_at_home' then coalesce(f.father_status <> 'at_home', true)
    when 'away_under_3_months'
        then coalesce(f.father_status, '') <> 'working_away' or coalesce(add_months(f.father_since, 3) <= $as_of, false)
    else holds_until(f.father_until, $as_of)  -- parent_status_ended, parent_returned
end
