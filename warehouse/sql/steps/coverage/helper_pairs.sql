-- Pairings in force at $as_of with a known helper in service: one row per child and helper.
select distinct p.child_id, p.helper_id, h.is_female, h.is_in_circle
from pairings as p
inner join helpers_in_service as h on h.helper_id = p.helper_id
where p.child_id is not null and in_force(p.started_on, p.ended_on, $as_of)
