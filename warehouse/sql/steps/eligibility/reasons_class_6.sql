-- Class 6, rural left-behind children: both parents working away for three full months, or one away and the other
-- unable to care (plan 2.1). One row per child; only an away parent's until ends the class.
with parents as (
    select
        f.*, coalesce(father_status = 'working_away', false) as is_father_away,
        coalesce(mother_status = 'working_away', false) as is_mother_away
    from facts_at as f
),
absences as (
    select
        child_id, coalesce(hukou_kind = 'urban', false) as is_urban,
        father_status is null or mother_status is null as is_unknown,
        coalesce(father_status = 'at_home' or mother_status = 'at_home', false) as is_one_home,
        is_father_away or is_mother_away as is_one_away,
        is_father_away and father_since is null or is_mother_away and mother_since is null as is_since_missing,
        coalesce(is_father_away and add_months(father_since, 3) > $as_of, false)
        or coalesce(is_mother_away and add_months(mother_since, 3) > $as_of, false) as is_short,
        least(
            case when is_father_away then father_until end,
            case when is_mother_away then mother_until end
        ) as ends_on
    from parents
)
select
    m.child_id, m.class_no,
    case
        when a.is_unknown then 'parent_status_missing'
        when a.is_since_missing then 'away_under_3_months'
        when a.ends_on < $as_of then 'parent_returned'
        when a.is_urban then 'not_rural'
        when a.is_short then 'away_under_3_months'
        when a.is_one_home then 'parent_at_home'
        when not a.is_one_away then 'parent_combination'
    end as reason,
    a.ends_on, cast(null as string) as note
from registered_memberships as m
inner join absences as a on a.child_id = m.child_id
where m.class_no = 6
