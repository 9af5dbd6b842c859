-- Training, policy card and children of the helpers in service at $as_of: one row per helper for the town and per village that
-- a pairing in force (is_there) or a child in scope paired with the helper lies in; children: those in scope there (plan 3.1.3, 3.1.4).
with trained_helpers as (
    select distinct helper_id
    from trainings
    where held_on between year_begins($as_of) and $as_of
),
card_holders as (
    select distinct helper_id
    from policy_cards
    where issued_on <= $as_of
),
ties as (
    select 'town' as grp, '' as village_id, helper_id, true as is_there, cast(null as string) as child_id
    from helpers_in_service
    union all
    select 'village' as grp, v.stands_in as village_id, p.helper_id, true as is_there, cast(null as string) as child_id
    from pairings as p
    inner join village_places as v on v.village_id = p.village_id
    where in_force(p.started_on, p.ended_on, $as_of)
    union all
    select g.grp, case when g.is_by_village then s.village_id else '' end as village_id, p.helper_id, false as is_there, p.child_id
    from helper_pairs as p
    inner join child_states as s on s.child_id = p.child_id and s.is_in_scope
    inner join figure_groups as g on not g.is_by_class
),
places as (
    select grp, village_id, helper_id, max(one_if(is_there)) = 1 as is_there, count(child_id) as children
    from ties
    group by grp, village_id, helper_id
)
select p.*, h.is_in_circle, t.helper_id is not null as is_trained, c.helper_id is not null as is_carded
from places as p
inner join helpers_in_service as h on h.helper_id = p.helper_id
left join trained_helpers as t on t.helper_id = h.helper_id
left join card_holders as c on c.helper_id = h.helper_id
