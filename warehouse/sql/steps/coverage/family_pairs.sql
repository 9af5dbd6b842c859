-- Family-paired children at $as_of with what their helpers are: one row per child.
select child_id, max(one_if(is_female)) = 1 as has_female_helper, min(one_if(is_in_circle)) = 1 as is_all_in_circle
from helper_pairs
group by child_id
