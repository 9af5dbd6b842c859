-- Children in scope whose village has a department cover in force naming one of their in-scope classes: one row per child.
with covers as (
    select distinct
        village_id,
        class_no
    from department_covers
    where in_force(started_on, ended_on, $as_of)
)
select distinct
    m.child_id
from membership_states as m
inner join covers as c on c.village_id = m.village_id and c.class_no = m.class_no
where m.is_in_scope
