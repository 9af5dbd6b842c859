-- The last stated reporting day of each village up to $as_of: one row per village that reported.
select
    village_id,
    max(ledger_on) as last_on
from ledger_sheets
where village_id is not null and ledger_on <= $as_of and ledger_on_source <> 'load'
group by village_id
