-- All children in each class that ledgers name them in, and why a class is not in force: one row per child and class;
-- state, is_in_scope and reason are that class's.
with spells as (
    select child_id, class_no, min(listed_on) as first_listed_on
    from memberships
    group by child_id, class_no
)
select
    s.child_id, coalesce(m.village_id, w.village_id) as village_id, s.class_no,
    case
        when m.child_id is not null then null
        when s.first_listed_on <= $as_of then 'child_left'
        else 'child_not_yet'
    end as left_out,
    m.reason, m.state, m.is_in_scope, w.needs_family, w.is_family_paired, w.is_department_covered, w.is_covered,
    w.is_conforming, w.visit_days, w.due, w.is_due, w.is_on_pace, w.is_never_visited, w.is_over_60_days,
    w.is_phone_only, w.overdue_needs, w.has_family, w.days_any_mode, w.counted_rows, w.class_no as primary_class,
    w.sheet_id, w.row_no
from spells as s
inner join children_population as w on w.child_id = s.child_id
left join membership_states as m on m.child_id = s.child_id and m.class_no = s.class_no
