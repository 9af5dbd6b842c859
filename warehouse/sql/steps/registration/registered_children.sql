-- Children registered at $as_of: one row per child, in the village whose ledger naming it is newest up to $as_of
-- (none yet: the earliest to name it). listed_on is the beginning of the unbroken chain of its memberships, in whatever
-- village or class (a gap of up to 31 days does not break it); running_since the earliest listing of those in force;
-- delisted_on the latest end of those. A merged village's children stand in the one it went into; nobody is registered before the birth date.
with spells as (
    select
        m.child_id, p.stands_in as village_id, m.listed_on, m.delisted_on, c.born_on, c.sex,
        max(coalesce(m.delisted_on, date '9999-12-31')) over (
            partition by m.child_id order by m.listed_on rows between unbounded preceding and 1 preceding
        ) as earlier_end
    from memberships as m
    inner join village_places as p on p.village_id = m.village_id and p.is_begun
    left join children as c on c.child_id = m.child_id
    where m.listed_on <= $as_of and (c.born_on is null or c.born_on <= $as_of)
),
registrations as (
    select
        child_id,
        min(case when in_force(listed_on, delisted_on, $as_of) then village_id end) as village_id,
        max(case when in_force(listed_on, delisted_on, $as_of) then village_id end) as other_village_id,
        max(case when earlier_end is null or days_between(earlier_end, listed_on) > 31 then listed_on end) as listed_on,
        min(case when in_force(listed_on, delisted_on, $as_of) then listed_on end) as running_since,
        case
            when count(case when delisted_on is null then 1 end) = 0 then max(delisted_on)
        end as delisted_on,
        min(born_on) as born_on, min(sex) as sex
    from spells
    group by child_id
    having max(coalesce(delisted_on, date '9999-12-31')) > $as_of
),
rivals as (
    select distinct m.child_id, m.village_id
    from spells as m
    inner join registrations as s on s.child_id = m.child_id and s.village_id <> s.other_village_id
    where in_force(m.listed_on, m.delisted_on, $as_of)
),
namings as (
    select
        r.child_id, r.village_id,
        max(case when f.ledger_on <= $as_of then f.ledger_on end) as named_on,
        min(f.ledger_on) as first_named_on
    from rivals as r
    inner join village_places as p on p.stands_in = r.village_id
    inner join child_facts as f on f.child_id = r.child_id and f.village_id = p.village_id
    group by r.child_id, r.village_id
),
rankings as (
    select
        child_id, village_id,
        row_number() over (
            partition by child_id
            order by coalesce(named_on, date '0001-01-01') desc, first_named_on, village_id
        ) as place
    from namings
)
select
    s.child_id, coalesce(r.village_id, s.village_id) as village_id, s.listed_on, s.running_since, s.delisted_on,
    s.born_on, s.sex
from registrations as s
left join rankings as r on r.child_id = s.child_id and r.place = 1
