-- Villages that existed on 31 March, none of them left out, and whether any ledger of the year is theirs: one row per village.
select
    v.*, u.village_id is not null as is_updated_any_day, cast(null as string) as left_out,
    cast(null as string) as reason
from villages_rows as v
left join (
    select distinct village_id
    from ledger_declarations
    where ledger_on between year_begins($as_of) and $as_of
) as u on u.village_id = v.village_id
