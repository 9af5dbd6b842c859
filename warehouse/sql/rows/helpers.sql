-- Helpers in service at $as_of, whether trained this year and carded, with the newest ledger row: one row per helper.
select
    d.helper_id,
    h.village_id,
    h.unit,
    h.category,
    h.joined_on,
    d.is_trained,
    d.is_carded,
    h.sheet_id,
    h.row_no
from helper_duties as d
inner join helpers as h on h.helper_id = d.helper_id
where d.grp = 'town'
