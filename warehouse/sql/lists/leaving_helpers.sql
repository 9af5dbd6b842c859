-- Helpers who have left by $as_of or leave within 60 days while a pairing of theirs with a child in scope is in force at $as_of, those
-- who left first before the others: one row per helper and village of the children.
select
    h.helper_id, s.village_id, h.unit, h.left_on, count(distinct s.child_id) as children,
    h.left_on <= $as_of as has_left
from helpers as h
inner join pairings as p on p.helper_id = h.helper_id and in_force(p.started_on, p.ended_on, $as_of)
inner join child_states as s on s.child_id = p.child_id and s.is_in_scope
where h.left_on <= add_days($as_of, 60)
group by h.helper_id, s.village_id, h.unit, h.left_on
order by h.left_on, s.village_id, h.helper_id
