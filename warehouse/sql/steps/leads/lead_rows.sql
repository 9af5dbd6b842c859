-- The rows behind every lead in the year of $as_of: visit_id where the row is a visit, else the child; one row per lead and row.
select 'same_day_bunch' as lead_code, village_id, child_id, visit_id, day_on from lead_same_day_bunch
union all
select 'year_end_burst' as lead_code, village_id, child_id, visit_id, day_on from lead_year_end_burst
union all
select 'copied_note' as lead_code, village_id, child_id, visit_id, day_on from lead_copied_note
union all
select 'exactly_six' as lead_code, village_id, child_id, visit_id, day_on from lead_exactly_six
union all
select 'late_entry' as lead_code, village_id, child_id, visit_id, day_on from lead_late_entry
union all
select 'impossible_visit' as lead_code, village_id, child_id, visit_id, day_on from lead_impossible_visit
union all
select 'no_yield' as lead_code, village_id, child_id, visit_id, day_on from lead_no_yield
