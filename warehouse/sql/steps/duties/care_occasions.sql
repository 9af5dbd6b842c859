-- Occasions of care of the year of $as_of for the children in scope, due or not yet: one row per child and occasion (plan 3.3.3).
with birthdays as (
    select
        s.child_id,
        s.village_id,
        s.running_since,
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
        b.running_since,
        least(add_days(b.birthday_on, g.value), year_ends($as_of)) as last_on
    from birthdays as b
    inner join settings as g on g.name = 'birthday_grace_days'
),
year_days as (
    select occasion, last_on
    from care_days
    where occasion_year = year_of($as_of)
)
select child_id, village_id, running_since, 'birthday' as occasion, last_on
from birthday_ends
union all
select s.child_id, s.village_id, s.running_since, d.occasion, d.last_on
from child_states as s
cross join year_days as d
where s.is_in_scope
