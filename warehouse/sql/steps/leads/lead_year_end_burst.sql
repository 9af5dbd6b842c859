-- Lead: half or more of a village's visit-days of the year (12 or more) in one window of 14 days. One row per visit-day in
-- the fullest window, the earliest where several are (plan 4).
with days as (
    select village_id, child_id, visited_on, min(visit_id) as visit_id
    from year_visits
    where is_counted and is_day_known
    group by village_id, child_id, visited_on
),
counts as (
    select village_id, visited_on, count(*) as visit_days, sum(count(*)) over (partition by village_id) as in_year
    from days
    group by village_id, visited_on
),
windows as (
    select a.village_id, a.visited_on as first_on, a.in_year, sum(b.visit_days) as in_window
    from counts as a
    inner join counts as b
        on b.village_id = a.village_id and b.visited_on between a.visited_on and add_days(a.visited_on, 13)
    group by a.village_id, a.visited_on, a.in_year
),
rankings as (
    select village_id, first_on, row_number() over (partition by village_id order by in_window desc, first_on) as place
    from windows
    where in_year >= 12 and 2 * in_window >= in_year
)
select d.visit_id, d.child_id, d.village_id, d.visited_on as day_on
from days as d
inner join rankings as r
    on r.village_id = d.village_id and r.place = 1 and d.visited_on between r.first_on and add_days(r.first_on, 13)
