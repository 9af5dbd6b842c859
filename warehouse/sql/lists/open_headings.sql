-- Headings that nobody knows in tables that were loaded: one row per kind of ledger and heading, the most frequent first.
-- What may be a name stands as the number of its column (第5列): such a table is answered as a whole (other_tables).
select s.ledger, h.heading, min(h.suggestion) as suggestion, count(distinct s.file_id) as files
from ledger_headings as h
inner join ledger_sheets as s on s.sheet_id = h.sheet_id
where s.ledger is not null and h.column_no is not null and h.heading not like '第%列'
group by s.ledger, h.heading
order by files desc, s.ledger, h.heading
