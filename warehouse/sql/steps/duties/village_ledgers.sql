-- What each village has reported up to $as_of: classes declared, a children ledger between 1 January and 31 March of the
-- year, safety reports and those made by the next day. One row per village (plan 3.1.1, 3.1.4, 3.3.1).
with declarations as (
    select
        village_id,
        count(distinct class_no) as classes
    from ledger_declarations
    where ledger_on <= $as_of
    group by village_id
),
updates as (
    select distinct village_id
    from (
        select village_id, ledger_on
        from ledger_declarations
        union all
        select village_id, ledger_on
        from child_facts
    ) as reported
    where ledger_on between year_begins($as_of) and least($as_of, make_date(year_of($as_of), 3, 31))
),
reports as (
    select
        village_id,
        count(*) as reports,
        sum(one_if(reported_on <= add_days(found_on, 1))) as reports_same_day,
        sum(one_if(is_fed_back)) as reports_fed_back
    from safety_reports
    where coalesce(found_on, ledger_on) <= $as_of
    group by village_id
)
select
    v.village_id,
    coalesce(d.classes, 0) as classes_declared,
    one_if(u.village_id is not null) as is_updated,
    coalesce(r.reports, 0) as reports,
    coalesce(r.reports_same_day, 0) as reports_same_day,
    coalesce(r.reports_fed_back, 0) as reports_fed_back
from villages as v
left join declarations as d on d.village_id = v.village_id
left join updates as u on u.village_id = v.village_id
left join reports as r on r.village_id = v.village_id
