-- Villages of the register in its order: one row per village.
select village_id, name, kind, linked_unit, longitude, latitude, boundary, since, until
from villages
order by sort_no
