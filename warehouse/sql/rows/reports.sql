-- Mandatory reports of danger found up to $as_of: one row per report.
select
    r.report_id,
    r.child_id,
    r.village_id,
    r.found_on,
    r.reported_on,
    coalesce(r.reported_on <= add_days(r.found_on, 1), false) as is_same_day,
    r.sheet_id,
    r.row_no
from safety_reports as r
inner join villages as v on v.village_id = r.village_id
where coalesce(r.found_on, r.ledger_on) <= $as_of
