-- Classes a child is registered in at $as_of: one row per child and class; held in two villages at once it counts once.
select child_id, class_no, min(listed_on) as listed_on
from memberships
where in_force(listed_on, delisted_on, $as_of)
group by child_id, class_no
