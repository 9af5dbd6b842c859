-- Training and policy card of the helpers in service at $as_of: one row per helper for the town, one per village that a
-- pairing in force ties the helper to (plan 3.1.3, 3.1.4).
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
duties as (
    select
        h.helper_id,
        t.helper_id is not null as is_trained,
        c.helper_id is not null as is_carded
    from helpers_in_service as h
    left join trained_helpers as t on t.helper_id = h.helper_id
    left join card_holders as c on c.helper_id = h.helper_id
),
places as (
    select distinct p.helper_id, v.stands_in as village_id
    from pairings as p
    inner join village_places as v on v.village_id = p.village_id
    where p.helper_id is not null and in_force(p.started_on, p.ended_on, $as_of)
)
select 'town' as grp, '' as village_id, helper_id, is_trained, is_carded
from duties
union all
select 'village' as grp, p.village_id, d.helper_id, d.is_trained, d.is_carded
from duties as d
inner join places as p on p.helper_id = d.helper_id
