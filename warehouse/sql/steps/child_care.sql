-- Occasions of care due and held in the year of $as_of for the children in scope: one row per child and occasion due (plan 3.3.3).
with birthdays as (
    select
        s.child_id,
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
occasions as (
    select
        b.child_id,
        'birthday' as occasion,
        least(add_days(b.birthday_on, g.value), year_ends($as_of)) as last_on
    from birthdays as b
    inner join settings as g on g.name = 'birthday_grace_days'
    union all
    select
        s.child_id,
        d.occasion,
        d.last_on
    from child_states as s
    inner join care_days as d on d.occasion_year = year_of($as_of)
    where s.is_in_scope
),
due as (
    select distinct
        o.child_id,
        o.occasion,
        o.last_on
    from occasions as o
    inner join memberships as m on m.child_id = o.child_id and in_force(m.listed_on, m.delisted_on, o.last_on)
    where o.last_on <= $as_of
),
held as (
    select distinct child_id, occasion
    from care_events
    where held_on between year_begins($as_of) and $as_of
)
select
    d.child_id,
    d.occasion,
    d.last_on,
    h.child_id is not null as is_held
from due as d
left join held as h on h.child_id = d.child_id and h.occasion = d.occasion
