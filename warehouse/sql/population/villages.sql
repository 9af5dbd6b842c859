-- Villages that existed on 31 March, none of them left out: one row per village.
select
    *,
    cast(null as string) as left_out,
    cast(null as string) as reason
from villages_rows
