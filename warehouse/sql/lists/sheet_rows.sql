-- Rows of every sheet by what became of them: one row per sheet.
select village_id, rows_seen, rows_loaded, rows_set_aside, rows_not_data from ledger_sheets
