-- Lead: one normalised note for three children or more of a village, or on three days or more of one child. One row per
-- visit that carries such a note (plan 4).
with notes as (
    select visit_id, child_id, village_id, visited_on, note_key
    from year_visits
    where note_key is not null
),
notes_of_children as (
    select village_id, note_key
    from notes
    group by village_id, note_key
    having count(distinct child_id) >= 3
),
notes_of_days as (
    select village_id, child_id, note_key
    from notes
    group by village_id, child_id, note_key
    having count(distinct visited_on) >= 3
)
select n.visit_id, n.child_id, n.village_id, n.visited_on as day_on
from notes as n
left join notes_of_children as c on c.village_id = n.village_id and c.note_key = n.note_key
left join notes_of_days as d on d.village_id = n.village_id and d.child_id = n.child_id and d.note_key = n.note_key
where c.note_key is not null or d.note_key is not null
