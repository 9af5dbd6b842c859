-- Helpers in service at $as_of with all that is counted of them and the newest ledger row: one row per helper.
select *
from helpers_population
where left_out is null
