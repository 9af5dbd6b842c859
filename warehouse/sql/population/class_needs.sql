-- The same difficulties, of the children registered in each class: one row per need and class.
select
    w.need_id,
    w.child_id,
    w.village_id,
    m.class_no,
    w.category,
    w.raised_on,
    w.due_on,
    w.resolved_on,
    w.is_resolved,
    w.is_overdue,
    w.is_resolved_ever,
    w.left_out,
    w.reason,
    w.sheet_id,
    w.row_no
from needs_population as w
inner join membership_states as m on m.child_id = w.child_id
