-- State facts of the registered children at $as_of: one row per child; where ledgers of two villages name it on the
-- same day, those of the village it stands in.
with elsewhere as (
    select
        f.child_id,
        min(f.village_id) as named_in
    from child_facts as f
    inner join registered_children as c on c.child_id = f.child_id
    where f.holds_from <= $as_of and $as_of < f.holds_before
    group by f.child_id
    having count(case when f.village_id = c.village_id then 1 end) = 0
)
select f.*
from child_facts as f
inner join registered_children as c on c.child_id = f.child_id and c.village_id = f.village_id
where f.holds_from <= $as_of and $as_of < f.holds_before
union all
select f.*
from child_facts as f
inner join elsewhere as e on e.child_id = f.child_id and e.named_in = f.village_id
where f.holds_from <= $as_of and $as_of < f.holds_before
