-- Helpers in service at $as_of under each village that a pairing in force ties them to: one row per helper and village.
select helper_id, village_id, unit, category, joined_on, is_trained, is_carded, kept_by, sheet_id, row_no
from village_helpers_population
where left_out is null
