-- Which required cells are asked of the registered children at $as_of, over all their classes, and which are filled: one row per
-- child; required and filled are sums of bits, one bit a cell (required_cells).
with class_cells as (
    select class_no, from_age, cast(sum(bit) as bigint) as cells
    from required_cells
    group by class_no, from_age
),
cells_of_children as (
    select m.child_id, bit_or(c.cells) as required
    from membership_states as m
    inner join child_states as s on s.child_id = m.child_id
    inner join class_cells as c
        on c.class_no in (0, m.class_no)
        and (c.from_age = 0 or (s.born_on is not null and not is_under(s.born_on, c.from_age, $as_of)))
    group by m.child_id
)
select s.child_id, s.village_id, a.required, f.filled
from child_states as s
inner join cells_of_children as a on a.child_id = s.child_id
inner join facts_at as n on n.child_id = s.child_id
inner join filled_cells as f
    on f.child_id = n.child_id and f.village_id = n.village_id and f.ledger_on = n.ledger_on
