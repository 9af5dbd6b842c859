-- The same visits, of the children registered in each class: one row per visit and class.
select
    w.visit_id, w.child_id, w.village_id, m.class_no, w.visited_on, w.mode,
    case when w.left_out is null and not m.is_in_scope then 'child_expired' else w.left_out end as left_out,
    case when w.left_out is null or w.left_out = 'child_expired' then m.reason else w.reason end as reason,
    w.is_first_of_day, m.is_in_scope as is_childs_in_scope, w.kept_by, w.sheet_id, w.row_no
from visits_population as w
inner join membership_states as m on m.child_id = w.child_id
