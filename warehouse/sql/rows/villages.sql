-- Villages that existed on 31 March and whether they have a children ledger of 1 January to 31 March of the year: one row per village.
select village_id, is_updated = 1 as is_updated, cast(null as string) as sheet_id, cast(null as integer) as row_no
from village_ledgers
where is_expected_to_update = 1
