-- The newest ledger row of every membership, those of the child's own village first: one row per child and class.
with placements as (
    select
        m.*,
        cast(coalesce(m.village_id = s.village_id, false) as string) || cast(m.last_named_on as string) || m.sheet_id as place
    from memberships as m
    left join at_child_states as s on s.child_id = m.child_id
)
select child_id, class_no, max_by(sheet_id, place) as sheet_id, max_by(row_no, place) as row_no
from placements
group by child_id, class_no
