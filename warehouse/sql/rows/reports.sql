-- Mandatory reports of danger found up to $as_of: one row per report.
select report_id, child_id, village_id, found_on, reported_on, is_same_day, is_fed_back, days_to_report, sheet_id, row_no
from reports_population
where left_out is null
