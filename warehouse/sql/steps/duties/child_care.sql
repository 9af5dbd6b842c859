-- Occasions of care due and held in the year of $as_of for the children in scope: one row per child and occasion due (plan 3.3.3).
-- A child listed by an occasion's last day was registered on it, as it still is; for others the ended memberships decide.
with former_registrations as (
    select distinct e.child_id, o.occasion
    from memberships as e
    inner join care_occasions as o on o.child_id = e.child_id and in_force(e.listed_on, e.delisted_on, o.last_on)
    where e.delisted_on <= $as_of
)
select o.child_id, o.village_id, o.occasion, o.last_on, h.child_id is not null as is_held
from care_occasions as o
left join former_registrations as r on r.child_id = o.child_id and r.occasion = o.occasion
left join occasions_held as h on h.child_id = o.child_id and h.occasion = o.occasion
where o.last_on <= $as_of and (o.running_since <= o.last_on or r.child_id is not null)
