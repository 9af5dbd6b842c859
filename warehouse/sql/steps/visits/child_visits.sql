-- Visits of every registered child against what is due (plan 3.2.1: six a year, by days in scope): one row per child, in days.
with year_counts as (
    select child_id, count(*) as visit_days, max(visited_on) as last_visit_on
    from visit_days
    group by child_id
),
children_unseen as (
    select c.child_id
    from registered_children as c
    left join year_counts as t on t.child_id = c.child_id
    where t.child_id is null
),
earlier_visits as (
    select v.child_id, max(v.visited_on) as last_visit_on
    from counted_visits as v
    inner join children_unseen as u on u.child_id = v.child_id
    where v.visited_on < year_begins($as_of)
    group by v.child_id
),
spans as (
    select
        c.child_id, c.listed_on, greatest(c.listed_on, year_begins($as_of)) as scope_start,
        least(add_days(c.delisted_on, -1), year_ends($as_of)) as year_last_on,
        days_between(year_begins($as_of), year_ends($as_of)) + 1 as year_days
    from registered_children as c
),
measures as (
    select
        s.child_id, s.scope_start, s.year_days, days_between(s.scope_start, $as_of) + 1 as scope_days,
        days_between(s.scope_start, s.year_last_on) + 1 as scope_days_year,
        days_between($as_of, s.year_last_on) as days_left, coalesce(t.visit_days, 0) as visit_days,
        coalesce(t.last_visit_on, n.last_visit_on) as last_visit_on,
        days_between(greatest(s.listed_on, t.last_visit_on, n.last_visit_on), $as_of) as days_since_visit
    from spans as s
    left join year_counts as t on t.child_id = s.child_id
    left join earlier_visits as n on n.child_id = s.child_id
)
select
    m.*, cast(floor(6 * scope_days / year_days) as integer) as due,
    cast(floor(6 * scope_days_year / year_days) as integer) as due_year,
    visit_days >= floor(6 * scope_days / year_days) as is_on_pace, floor(6 * scope_days / year_days) >= 1 as is_due,
    floor(6 * scope_days / year_days) >= 1 and visit_days = 0 as is_never_visited,
    days_since_visit > 60 as is_over_60_days
from measures as m
