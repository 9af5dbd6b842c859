-- Registered children under each group they count in: one row per child for town and village (its own state), one per
-- child and class for class and village_class (that membership's state).
with states as (
    select child_id, village_id, 0 as class_no, state, is_in_scope from child_states
    union all
    select child_id, village_id, class_no, state, is_in_scope from membership_states
)
select
    g.grp,
    case when g.is_by_village then c.village_id else '' end as village_id,
    c.class_no, c.child_id, c.state, c.is_in_scope
from states as c
inner join figure_groups as g on g.is_by_class = (c.class_no > 0)
