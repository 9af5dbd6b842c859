-- Ledger files that could be read, by name: one row per file.
select f.file_id, f.file, f.ledger_on, f.village_id, v.name as village
from ledger_files as f
left join villages as v on v.village_id = f.village_id
where f.fault is null
order by f.file, f.file_id
