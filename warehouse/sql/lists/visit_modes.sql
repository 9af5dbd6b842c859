-- Visits to children in scope in the year of $as_of up to $as_of by mode, those that do not count too: one row per village, month (1-12)
-- and mode; a child visited twice on a day in one mode is one visit.
select s.village_id, cast(extract(month from v.visited_on) as integer) as month, v.mode, count(*) as visits
from (
    select distinct child_id, visited_on, mode from year_visits
) as v
inner join child_states as s on s.child_id = v.child_id and s.is_in_scope
group by s.village_id, cast(extract(month from v.visited_on) as integer), v.mode
order by s.village_id, month, v.mode
