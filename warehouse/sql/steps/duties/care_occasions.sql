-- Occasions of care of the year of $as_of for the children in scope, due or not yet, and those of the next year where it begins within
-- 60 days: one row per child, year and occasion (plan 3.3.3).
with years as (
    select year_of($as_of) as occasion_year
    union
    select year_of(add_days($as_of, 60)) as occasion_year
)
select
    s.child_id, s.village_id, s.running_since, y.occasion_year, 'birthday' as occasion,
    least(
        add_days(
            make_date(
                y.occasion_year,
                cast(extract(month from s.born_on) as integer),
                case
                    when extract(month from s.born_on) = 2 and extract(day from s.born_on) = 29 then 28
                    else cast(extract(day from s.born_on) as integer)
                end
            ),
            g.value
        ),
        make_date(y.occasion_year, 12, 31)
    ) as last_on
from child_states as s
cross join years as y
inner join settings as g on g.name = 'birthday_grace_days'
where s.is_in_scope and s.born_on is not null
union all
select s.child_id, s.village_id, s.running_since, d.occasion_year, d.occasion, d.last_on
from child_states as s
cross join years as y
inner join care_days as d on d.occasion_year = y.occasion_year
where s.is_in_scope
