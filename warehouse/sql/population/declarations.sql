-- Classes that each village has to declare, none of them left out: one row per village and class.
select *, cast(null as string) as left_out, cast(null as string) as reason from declarations_rows
