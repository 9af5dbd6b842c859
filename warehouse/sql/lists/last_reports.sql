-- What each village has reported: the last stated reporting day up to $as_of and of all, and whether anything speaks of visits, care
-- and training in the year of $as_of: a ledger of that kind reported in it, or an event in it no later than its ledger. One row per village that reported;
-- what a merged village reported is its successor's.
with reports as (
    select village_id, ledger, ledger_on as stated_on, ledger_on as spoken_of
    from ledger_sheets
    where ledger_on_source <> 'load' and state = 'loaded'
    union all
    select village_id, 'visits' as ledger, null as stated_on, visited_on as spoken_of
    from visits
    where visited_on <= ledger_on
    union all
    select village_id, 'care_events' as ledger, null as stated_on, held_on as spoken_of
    from care_events
    where held_on <= ledger_on
    union all
    select village_id, 'trainings' as ledger, null as stated_on, held_on as spoken_of
    from trainings
    where held_on <= ledger_on
)
select
    p.stands_in as village_id,
    max(case when r.stated_on <= $as_of then r.stated_on end) as last_on,
    min(r.stated_on) as first_on, max(r.stated_on) as newest_on,
    max(case when r.ledger = 'visits' and year(r.spoken_of) = year($as_of) then 1 else 0 end) = 1 as has_visits,
    max(case when r.ledger = 'care_events' and year(r.spoken_of) = year($as_of) then 1 else 0 end) = 1 as has_care_events,
    max(case when r.ledger = 'trainings' and year(r.spoken_of) = year($as_of) then 1 else 0 end) = 1 as has_trainings
from reports as r
inner join village_places as p on p.village_id = r.village_id
group by p.stands_in
