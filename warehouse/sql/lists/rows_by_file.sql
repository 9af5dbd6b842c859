-- Rows of every file by what became of them: one row per file and kind of ledger in it; files of no village first.
select
    f.sha256, f.ledger_on, f.fault, v.name as village, s.ledger, count(s.sheet_id) as sheets,
    sum(s.rows_seen) as rows_seen, sum(s.rows_loaded) as rows_loaded, sum(s.rows_set_aside) as rows_set_aside,
    sum(s.rows_not_data) as rows_not_data
from ledger_files as f
left join ledger_sheets as s on s.file_id = f.file_id
left join villages as v on v.village_id = f.village_id
group by f.sha256, f.ledger_on, f.fault, v.name, v.sort_no, s.ledger
order by v.sort_no nulls first, f.ledger_on, f.sha256, s.ledger
