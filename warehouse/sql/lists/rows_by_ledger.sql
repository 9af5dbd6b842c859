-- Rows of all sheets by what became of them: one row per kind of ledger; ledger is null for sheets that are none.
select
    ledger, count(*) as sheets, sum(rows_seen) as rows_seen, sum(rows_loaded) as rows_loaded,
    sum(rows_set_aside) as rows_set_aside, sum(rows_not_data) as rows_not_data
from ledger_sheets
group by ledger
order by ledger nulls last
