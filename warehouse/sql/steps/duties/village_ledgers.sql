-- What each village has reported up to $as_of: classes declared, a children ledger between 1 January and 31 March of the
-- year, safety reports and those made by the next day. One row per village that exists or did on 31 March (plan 3.1.1, 3.1.4, 3.3.1).
with declarations as (
    select village_id, count(distinct class_no) as classes
    from ledger_declarations
    where ledger_on <= $as_of
    group by village_id
),
updates as (
    select distinct village_id
    from (
        select village_id, ledger_on from ledger_declarations
        union all
        select village_id, ledger_on from child_facts
    ) as reported
    where ledger_on between year_begins($as_of) and least($as_of, make_date(year_of($as_of), 3, 31))
),
reports as (
    select
        p.stands_in as village_id, count(*) as reports,
        sum(one_if(s.reported_on <= add_days(s.found_on, 1))) as reports_same_day
    from safety_reports as s
    inner join village_places as p on p.village_id = s.village_id
    where coalesce(s.found_on, s.ledger_on) <= $as_of
    group by p.stands_in
)
select
    v.village_id, one_if(v.is_there) * coalesce(d.classes, 0) as classes_declared,
    one_if(v.is_there) * 6 as classes_expected, one_if(v.is_there_in_march and u.village_id is not null) as is_updated,
    one_if(v.is_there_in_march) as is_expected_to_update, coalesce(r.reports, 0) as reports,
    coalesce(r.reports_same_day, 0) as reports_same_day
from village_places as v
left join declarations as d on d.village_id = v.village_id
left join updates as u on u.village_id = v.village_id
left join reports as r on r.village_id = v.village_id
where v.is_there or v.is_there_in_march
