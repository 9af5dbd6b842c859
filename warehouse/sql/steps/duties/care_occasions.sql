-- Occasions of care of the year of $as_of for the children in scope, due or not yet: one row per child and occasion (plan 3.3.3).
select
    s.child_id,
    s.village_id,
    s.running_since,
    'birthday' as occasion,
    least(
        add_days(
            make_date(
                year_of($as_of),
                cast(extract(month from s.born_on) as integer),
                case
                    when extract(month from s.born_on) = 2 and extract(day from s.born_on) = 29 then 28
                    else cast(extract(day from s.born_on) as integer)
                end
            ),
            g.value
        ),
        year_ends($as_of)
    ) as last_on
from child_states as s
inner join settings as g on g.name = 'birthday_grace_days'
where s.is_in_scope and s.born_on is not null
union all
select s.child_id, s.village_id, s.running_since, d.occasion, d.last_on
from child_states as s
inner join care_days as d on d.occasion_year = year_of($as_of)
where s.is_in_scope
