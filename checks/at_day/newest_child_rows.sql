-- The newest ledger row of every child: one row per child.
-- A child that moved belongs to the ledger of the village that has it now, although the other village's may be newer.
select
    c.child_id,
    coalesce(max_by(f.sheet_id, cast(f.ledger_on as string) || f.sheet_id), any_value(c.sheet_id)) as sheet_id,
    coalesce(max_by(f.row_no, cast(f.ledger_on as string) || f.sheet_id), any_value(c.row_no)) as row_no
from children as c
left join at_child_states as s on s.child_id = c.child_id and s.village_id <> c.village_id
left join child_facts as f on f.child_id = s.child_id and f.village_id = s.village_id
group by c.child_id
