-- Helpers' children in scope, what these are due, and counted visits to all children they are or were paired with, up to $as_of: one
-- row per helper, in children and days; is_idle: a pairing of 61 days or more of the year and no such visit in it (plan 3.2.1).
with spells as (
    select
        helper_id, child_id,
        max(days_between(greatest(started_on, year_begins($as_of)), least(add_days(ended_on, -1), $as_of)) + 1) as days_of_year
    from pairings
    where helper_id is not null and child_id is not null and started_on <= $as_of
    group by helper_id, child_id
),
visits_by_child as (
    select
        s.helper_id, s.child_id, s.days_of_year,
        count(distinct case when d.visited_on >= year_begins($as_of) then d.visited_on end) as visit_days,
        max(d.visited_on) as last_visit_on
    from spells as s
    left join counted_visits as d on d.helper_id = s.helper_id and d.child_id = s.child_id
    group by s.helper_id, s.child_id, s.days_of_year
)
select
    v.helper_id, count(c.child_id) as children, cast(coalesce(sum(t.due), 0) as bigint) as visits_due,
    cast(sum(v.visit_days) as bigint) as visit_days, max(v.last_visit_on) as last_visit_on,
    max(v.days_of_year) >= 61 and sum(v.visit_days) = 0 as is_idle
from visits_by_child as v
left join helper_pairs as p on p.helper_id = v.helper_id and p.child_id = v.child_id
left join child_states as c on c.child_id = p.child_id and c.is_in_scope
left join child_visits as t on t.child_id = c.child_id
group by v.helper_id
