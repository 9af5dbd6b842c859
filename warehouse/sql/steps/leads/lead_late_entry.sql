-- Lead: recorded more than 30 days after the visit. One row per visit (plan 4).
select visit_id, child_id, village_id, visited_on as day_on
from year_visits
where is_day_known and recorded_on > add_days(visited_on, 30)
