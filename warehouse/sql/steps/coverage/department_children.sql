-- Children in scope whose village has a department cover in force naming one of their in-scope classes: one row per child.
select distinct m.child_id
from membership_states as m
inner join department_covers as c on c.village_id = m.village_id and c.class_no = m.class_no
where m.is_in_scope and in_force(c.started_on, c.ended_on, $as_of)
