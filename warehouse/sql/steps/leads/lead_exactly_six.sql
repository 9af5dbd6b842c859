-- Lead: 80 % or more of a village's in-scope children, ten or more of them, with exactly six visit-days this year.
-- One row per such child, on its last visit day (plan 4).
with villages_alike as (
    select s.village_id
    from child_states as s
    inner join child_visits as v on v.child_id = s.child_id
    where s.is_in_scope
    group by s.village_id
    having count(*) >= 10 and 10 * count(case when v.visit_days = 6 then 1 end) >= 8 * count(*)
)
select cast(null as string) as visit_id, s.child_id, s.village_id, v.last_visit_on as day_on
from child_states as s
inner join child_visits as v on v.child_id = s.child_id
inner join villages_alike as a on a.village_id = s.village_id
where s.is_in_scope and v.visit_days = 6
