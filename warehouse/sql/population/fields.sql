-- All required cells for every registered child at $as_of, and which are not asked of it: one row per child and group of cells.
with cell_groups as (
    select cell_group, cast(sum(distinct bit) as bigint) as bits, count(distinct bit) as cells
    from required_cells
    group by cell_group
),
cells as (
    select
        a.child_id, a.village_id, g.cell_group, g.cells, one_if((a.required & g.bits) <> 0) as is_asked,
        bit_count(a.filled & g.bits) as filled
    from child_cells as a
    cross join cell_groups as g
)
select
    c.child_id, c.village_id, s.primary_class as class_no, c.cells, c.cells * c.is_asked as fields_required,
    c.filled * c.is_asked as fields_filled, c.filled as fields_filled_anyway,
    case when c.is_asked = 0 then c.cell_group end as left_out,
    cast(null as string) as reason, f.sheet_id, f.row_no
from cells as c
inner join child_states as s on s.child_id = c.child_id
inner join facts_at as f on f.child_id = c.child_id
