-- Difficulties of the children registered in each class: one row per need and class.
select
    r.need_id,
    r.child_id,
    r.village_id,
    m.class_no,
    r.category,
    r.raised_on,
    r.due_on,
    r.resolved_on,
    r.is_resolved,
    r.is_overdue,
    r.sheet_id,
    r.row_no
from needs_rows as r
inner join membership_states as m on m.child_id = r.child_id
