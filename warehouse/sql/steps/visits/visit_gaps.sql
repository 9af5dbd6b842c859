-- Longest run of days without a counted visit in the year of $as_of, from the scope start to $as_of: one row per child.
with marks as (
    select child_id, scope_start as day_on from child_visits
    union
    select child_id, $as_of as day_on from child_visits
    union
    select d.child_id, d.visited_on as day_on
    from visit_days as d
    inner join child_visits as v on v.child_id = d.child_id and d.visited_on >= v.scope_start
),
gaps as (
    select child_id, days_between(lag(day_on) over (partition by child_id order by day_on), day_on) as gap_days
    from marks
)
select child_id, coalesce(max(gap_days), 0) as longest_gap_days
from gaps
group by child_id
