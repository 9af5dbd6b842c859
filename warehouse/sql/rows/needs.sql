-- Difficulties raised up to $as_of with the ledger row that names them: one row per need.
select *
from needs_population
where left_out is null
