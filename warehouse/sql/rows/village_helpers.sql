-- Helpers in service at $as_of under each village that a pairing in force ties them to: one row per helper and village.
select
    d.helper_id,
    d.village_id,
    h.unit,
    h.category,
    h.joined_on,
    d.is_trained,
    d.is_carded,
    h.sheet_id,
    h.row_no
from helper_duties as d
inner join helpers as h on h.helper_id = d.helper_id
where d.grp = 'village'
