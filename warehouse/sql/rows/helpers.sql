-- Helpers in service at $as_of, whether trained this year and carded, with the newest ledger row: one row per helper.
select helper_id, village_id, unit, category, joined_on, is_trained, is_carded, sheet_id, row_no
from helpers_population
where left_out is null
