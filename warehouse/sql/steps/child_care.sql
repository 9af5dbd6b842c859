-- Occasions of care due and held in the year of $as_of for the children in scope: one row per child and occasion due (plan 3.3.3).
-- Who was listed by an occasion's last day was registered on it, being registered still; of others the ended memberships tell.
with birthdays as (
    select
        s.child_id,
        s.village_id,
        s.listed_on,
        make_date(
            year_of($as_of),
            cast(extract(month from s.born_on) as integer),
            case
                when extract(month from s.born_on) = 2 and extract(day from s.born_on) = 29 then 28
                else cast(extract(day from s.born_on) as integer)
            end
        ) as birthday_on
    from child_states as s
    where s.is_in_scope and s.born_on is not null
),
birthday_ends as (
    select
        b.child_id,
        b.village_id,
        b.listed_on,
        least(add_days(b.birthday_on, g.value), year_ends($as_of)) as last_on
    from birthdays as b
    inner join settings as g on g.name = 'birthday_grace_days'
),
year_days as (
    select occasion, last_on
    from care_days
    where occasion_year = year_of($as_of)
),
ended as (
    select child_id, listed_on, delisted_on
    from memberships
    where delisted_on <= $as_of
),
registered_before as (
    select e.child_id, d.last_on
    from ended as e
    inner join year_days as d on in_force(e.listed_on, e.delisted_on, d.last_on)
    union
    select e.child_id, b.last_on
    from ended as e
    inner join birthday_ends as b on b.child_id = e.child_id and in_force(e.listed_on, e.delisted_on, b.last_on)
),
occasions as (
    select child_id, village_id, listed_on, 'birthday' as occasion, last_on
    from birthday_ends
    union all
    select s.child_id, s.village_id, s.listed_on, d.occasion, d.last_on
    from child_states as s
    cross join year_days as d
    where s.is_in_scope
),
held as (
    select distinct child_id, occasion
    from care_events
    where held_on between year_begins($as_of) and $as_of
)
select
    o.child_id,
    o.village_id,
    o.occasion,
    o.last_on,
    h.child_id is not null as is_held
from occasions as o
left join registered_before as r on r.child_id = o.child_id and r.last_on = o.last_on
left join held as h on h.child_id = o.child_id and h.occasion = o.occasion
where o.last_on <= $as_of and (o.listed_on <= o.last_on or r.child_id is not null)
