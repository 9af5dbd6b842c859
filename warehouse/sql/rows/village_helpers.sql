-- Helpers in service at $as_of under each village that a pairing in force (is_there) or a child in scope (is_paired) ties them to:
-- one row per helper and village; children and visits are the helper's in all villages.
select *
from village_helpers_population
where left_out is null
