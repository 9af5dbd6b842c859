-- Registered children at $as_of in each of their classes: one row per child and class; state and is_in_scope are that class's.
select
    a.child_id,
    a.village_id,
    m.class_no,
    m.state,
    m.is_in_scope,
    a.needs_family,
    a.is_family_paired,
    a.is_department_covered,
    a.is_covered,
    a.is_conforming,
    a.visit_days,
    a.due,
    a.due_year,
    a.days_left,
    a.is_due,
    a.is_on_pace,
    a.is_never_visited,
    a.is_over_60_days,
    a.days_since_visit,
    a.overdue_needs,
    a.sheet_id,
    a.row_no
from membership_states as m
inner join children_at as a on a.child_id = m.child_id
