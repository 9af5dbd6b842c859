-- Counted visit-days of the children in scope in each of their classes: one row per child, class and day.
select
    r.child_id,
    r.village_id,
    m.class_no,
    r.visited_on,
    r.mode,
    r.sheet_id,
    r.row_no
from visits_rows as r
inner join membership_states as m on m.child_id = r.child_id and m.is_in_scope
