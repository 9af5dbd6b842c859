-- Children registered at $as_of: one row per child, in the village whose ledger naming it is newest up to $as_of
-- (none yet: the earliest to name it); listed_on is the earliest, delisted_on the latest of its memberships in force.
with registrations as (
    select
        child_id,
        min(village_id) as village_id,
        max(village_id) as other_village_id,
        min(listed_on) as listed_on,
        case when count(*) = count(delisted_on) then max(delisted_on) end as delisted_on
    from memberships
    where in_force(listed_on, delisted_on, $as_of)
    group by child_id
),
rivals as (
    select distinct m.child_id, m.village_id
    from memberships as m
    inner join registrations as s on s.child_id = m.child_id and s.village_id <> s.other_village_id
    where in_force(m.listed_on, m.delisted_on, $as_of)
),
namings as (
    select
        r.child_id,
        r.village_id,
        max(case when f.ledger_on <= $as_of then f.ledger_on end) as named_on,
        min(f.ledger_on) as first_named_on
    from rivals as r
    inner join child_facts as f on f.child_id = r.child_id and f.village_id = r.village_id
    group by r.child_id, r.village_id
),
rankings as (
    select
        child_id,
        village_id,
        row_number() over (
            partition by child_id
            order by coalesce(named_on, date '0001-01-01') desc, first_named_on, village_id
        ) as place
    from namings
)
select
    s.child_id,
    coalesce(r.village_id, s.village_id) as village_id,
    s.listed_on,
    s.delisted_on,
    c.born_on,
    c.sex
from registrations as s
left join rankings as r on r.child_id = s.child_id and r.place = 1
left join children as c on c.child_id = s.child_id
