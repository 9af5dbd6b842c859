-- Classes that each village has to declare, and the first sheet up to $as_of that does: one row per village and class.
with first_days as (
    select village_id, class_no, min(ledger_on) as ledger_on
    from ledger_declarations
    where ledger_on <= $as_of
    group by village_id, class_no
)
select
    k.village_id, k.class_no, d.ledger_on, d.ledger_on is not null as is_declared, d.is_zero, d.sheet_id,
    cast(null as integer) as row_no
from group_keys as k
left join first_days as f on f.village_id = k.village_id and f.class_no = k.class_no
left join ledger_declarations as d on d.village_id = f.village_id and d.class_no = f.class_no and d.ledger_on = f.ledger_on
where k.grp = 'village_class'
