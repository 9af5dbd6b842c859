-- Lead: a visit after its ledger's reporting day, before listing, on or after delisting, or before the child's first pairing.
-- A day known to the month only is not held against a listing or delisting in that month. One row per visit (plan 4).
with listings as (
    select
        child_id, min(listed_on) as listed_on,
        case when count(*) = count(delisted_on) then max(delisted_on) end as delisted_on
    from memberships
    group by child_id
),
first_pairings as (
    select child_id, min(started_on) as started_on
    from pairings
    where child_id is not null
    group by child_id
),
spans as (
    select
        v.*,
        case when v.is_day_known then v.visited_on else add_days(add_months(v.visited_on, 1), -1) end as latest_on,
        case when v.is_day_known then v.visited_on else add_days(v.visited_on, 1 - extract(day from v.visited_on)) end as earliest_on,
        l.listed_on, l.delisted_on, p.started_on
    from year_visits as v
    inner join listings as l on l.child_id = v.child_id
    left join first_pairings as p on p.child_id = v.child_id
)
select visit_id, child_id, village_id, visited_on as day_on
from spans
where earliest_on > ledger_on
    or latest_on < listed_on
    or earliest_on >= delisted_on
    or latest_on < started_on
