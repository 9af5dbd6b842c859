-- All mandatory reports of danger that ledgers name, and why one is not counted at $as_of: one row per report.
select
    r.report_id, r.child_id, v.stands_in as village_id, r.found_on, r.reported_on,
    coalesce(r.reported_on <= add_days(r.found_on, 1), false) as is_same_day,
    coalesce(r.is_fed_back, false) as is_fed_back, days_between(r.found_on, r.reported_on) as days_to_report,
    case
        when v.village_id is null then 'village_unknown'
        when coalesce(r.found_on, r.ledger_on) > $as_of then 'report_not_yet'
    end as left_out,
    cast(null as string) as reason, r.sheet_id, r.row_no
from safety_reports as r
left join village_places as v on v.village_id = r.village_id
