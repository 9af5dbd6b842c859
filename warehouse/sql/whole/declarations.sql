-- Classes that each village has to declare, none of them left out: one row per village and class.
select
    *,
    cast(null as varchar) as left_out,
    cast(null as varchar) as reason
from declarations_rows
