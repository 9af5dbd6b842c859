-- Lead: a class 1-2 child with six visit-days or more this year and no problem, need or wish ever noted. One row per child,
-- on its last visit day (plan 4).
with children_with_yield as (
    select child_id
    from visits
    where child_id is not null and visited_on <= $as_of and has_problem
    union
    select child_id
    from needs_at
    where child_id is not null
),
children_in_classes as (
    select distinct child_id, village_id
    from membership_states
    where class_no <= 2
)
select cast(null as string) as visit_id, l.child_id, l.village_id, v.last_visit_on as day_on
from children_in_classes as l
inner join child_visits as v on v.child_id = l.child_id and v.visit_days >= 6
left join children_with_yield as n on n.child_id = l.child_id
where n.child_id is null
