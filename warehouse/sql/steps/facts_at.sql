-- State facts of the registered children at $as_of: one row per child; where ledgers of two villages name it on the
-- same day, those of the village it stands in.
with candidates as (
    select
        f.child_id,
        coalesce(max(case when f.village_id = c.village_id then f.village_id end), min(f.village_id)) as named_in
    from child_facts as f
    inner join registered_children as c on c.child_id = f.child_id
    where f.holds_from <= $as_of and $as_of < f.holds_before
    group by f.child_id
)
select f.*
from child_facts as f
inner join candidates as n on n.child_id = f.child_id and n.named_in = f.village_id
where f.holds_from <= $as_of and $as_of < f.holds_before
