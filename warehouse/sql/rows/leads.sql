-- The rows behind the leads of the year of $as_of, to check and never a verdict, with their ledger rows: one row per lead and row.
select
    r.lead_code, r.child_id, r.village_id, r.day_on, v.helper_id, v.mode, v.recorded_on,
    coalesce(v.sheet_id, f.sheet_id) as sheet_id, coalesce(v.row_no, f.row_no) as row_no
from lead_rows as r
left join visits as v on v.visit_id = r.visit_id
left join facts_at as f on f.child_id = r.child_id and r.visit_id is null
