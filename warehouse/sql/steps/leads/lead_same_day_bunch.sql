-- Lead: one helper, one day, eight households or more; a child without a household counts as one. One row per visit (plan 4).
with households as (
    select v.*, coalesce(f.household_id, v.child_id) as household
    from year_visits as v
    left join facts_at as f on f.child_id = v.child_id
    where v.is_counted and v.is_day_known and v.helper_id is not null
),
bunches as (
    select helper_id, visited_on
    from households
    group by helper_id, visited_on
    having count(distinct household) >= 8
)
select h.visit_id, h.child_id, h.village_id, h.visited_on as day_on
from households as h
inner join bunches as b on b.helper_id = h.helper_id and b.visited_on = h.visited_on
