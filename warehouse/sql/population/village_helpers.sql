-- All helpers that a pairing of a village names, and why one is not in service there at $as_of: one row per helper and village.
-- kept_by: the village whose ledger has the helper, where that is another one.
with places as (
    select distinct n.helper_id, v.stands_in as village_id
    from pairings as n
    inner join village_places as v on v.village_id = n.village_id
    where n.helper_id is not null
    union
    select helper_id, village_id
    from helper_duties
    where grp = 'village'
)
select
    p.helper_id, p.village_id, w.unit, w.category, w.joined_on, d.is_there, w.is_in_circle, d.children > 0 as is_paired,
    w.children, w.visits_due, w.visit_days, w.last_visit_on, w.is_idle, d.is_trained, d.is_carded, w.is_trained_ever,
    case when d.helper_id is not null then null else coalesce(w.left_out, 'helper_no_pairing') end as left_out,
    w.reason, k.name as kept_by, w.sheet_id, w.row_no
from places as p
inner join helpers_population as w on w.helper_id = p.helper_id
left join village_places as s on s.village_id = w.village_id
left join villages as k on k.village_id = s.stands_in and k.village_id <> p.village_id
left join helper_duties as d on d.helper_id = p.helper_id and d.village_id = p.village_id and d.grp = 'village'
