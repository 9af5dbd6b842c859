-- All children that ledgers name, with what is counted of the registered and why the others are not: one row per child.
-- Village and class of a child that is not registered are those of its newest row and its lowest class.
with spells as (
    select child_id, min(class_no) as class_no, min(listed_on) as first_listed_on
    from memberships
    group by child_id
),
visit_counts as (
    select child_id, count(distinct visited_on) as days_any_mode, count(case when is_counted then 1 end) as counted_rows
    from year_visits
    group by child_id
)
select
    c.child_id, coalesce(a.village_id, c.village_id) as village_id, coalesce(a.class_no, s.class_no) as class_no,
    case
        when a.child_id is not null then null
        when s.child_id is null then 'child_unlisted'
        when s.first_listed_on <= $as_of and (c.born_on is null or c.born_on <= $as_of) then 'child_left'
        else 'child_not_yet'
    end as left_out,
    m.reason, a.state, a.is_in_scope, a.needs_family, a.is_family_paired, a.is_department_covered, a.is_covered,
    a.is_conforming, a.visit_days, a.due, a.is_due, a.is_on_pace, a.is_never_visited, a.is_over_60_days,
    a.is_phone_only, a.overdue_needs, f.child_id is not null as has_family,
    coalesce(v.days_any_mode, 0) as days_any_mode, coalesce(v.counted_rows, 0) as counted_rows,
    coalesce(a.sheet_id, c.sheet_id) as sheet_id, coalesce(a.row_no, c.row_no) as row_no
from children as c
left join spells as s on s.child_id = c.child_id
left join children_rows as a on a.child_id = c.child_id
left join membership_states as m on m.child_id = a.child_id and m.class_no = a.class_no
left join family_pairs as f on f.child_id = c.child_id
left join visit_counts as v on v.child_id = c.child_id
