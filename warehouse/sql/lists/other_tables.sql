-- Tables that nobody is asked about and a person may explain: those that were taken for no ledger, and those with a column
-- whose heading may be a name and is hidden as its number (第5列). One row per table, the newest file first.
select s.sheet_id, s.file, s.sheet, s.state, s.rows_seen
from ledger_sheets as s
where s.state in ('unrecognised', 'summary', 'not_a_ledger')
    or s.sheet_id in (select sheet_id from ledger_headings where column_no is not null and heading like '第%列')
order by s.state = 'summary', s.file, s.sheet_id
