-- The groups that figures are counted for, so that every village that exists and every class has its row: one row per group.
-- village_id '' and class_no 0 where the group has none.
with classes as (
    select class_no
    from (values (1), (2), (3), (4), (5), (6)) as numbers (class_no)
)
select 'town' as grp, '' as village_id, 0 as class_no
union all
select 'village' as grp, village_id, 0 as class_no
from village_places
where is_there
union all
select 'class' as grp, '' as village_id, class_no from classes
union all
select 'village_class' as grp, v.village_id, c.class_no
from village_places as v
cross join classes as c
where v.is_there
