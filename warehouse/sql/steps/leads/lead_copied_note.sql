-- Lead: one normalised note for three children or more of a village, or on three days or more of one child. One row per
-- visit that carries such a note (plan 4).
with noted as (
    select visit_id, child_id, village_id, visited_on, note_key
    from year_visits
    where note_key is not null
),
for_children as (
    select village_id, note_key
    from noted
    group by village_id, note_key
    having count(distinct child_id) >= 3
),
for_days as (
    select village_id, child_id, note_key
    from noted
    group by village_id, child_id, note_key
    having count(distinct visited_on) >= 3
)
select
    n.visit_id,
    n.child_id,
    n.village_id,
    n.visited_on as day_on
from noted as n
left join for_children as c on c.village_id = n.village_id and c.note_key = n.note_key
left join for_days as d on d.village_id = n.village_id and d.child_id = n.child_id and d.note_key = n.note_key
where c.note_key is not null or d.note_key is not null
