-- Registered children under each group they count in: one row per child for town and village (its own state), one per
-- child and class for class and village_class (that membership's state).
select 'town' as grp, '' as village_id, 0 as class_no, child_id, state, is_in_scope
from child_states
union all
select 'village' as grp, village_id, 0 as class_no, child_id, state, is_in_scope
from child_states
union all
select 'class' as grp, '' as village_id, class_no, child_id, state, is_in_scope
from membership_states
union all
select 'village_class' as grp, village_id, class_no, child_id, state, is_in_scope
from membership_states
