-- Villages of the register, none of them left out: one row per village.
select
    *,
    cast(null as varchar) as left_out,
    cast(null as varchar) as reason
from villages_rows
