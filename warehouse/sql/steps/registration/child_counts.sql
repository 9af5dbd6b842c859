-- All that is counted of a child registered at $as_of, whatever its class, and its ledger row: one row per child.
select
    s.child_id, s.needs_family, s.sex,
    case
        when is_under(s.born_on, 6, $as_of) then '0_5'
        when is_under(s.born_on, 12, $as_of) then '6_11'
        when is_under(s.born_on, 16, $as_of) then '12_15'
        when is_under(s.born_on, 18, $as_of) then '16_17'
        when s.born_on is not null then '18_up'
    end as age_group,
    f.household_id, f.sheet_id, f.row_no, coalesce(c.is_family_paired, false) as is_family_paired,
    coalesce(c.is_department_covered, false) as is_department_covered, coalesce(c.is_covered, false) as is_covered,
    coalesce(c.is_conforming, false) as is_conforming,
    coalesce(c.has_girl_without_female_helper, false) as has_girl_without_female_helper,
    coalesce(c.has_siblings_split, false) as has_siblings_split,
    coalesce(c.has_helper_outside_circle, false) as has_helper_outside_circle, v.visit_days, v.due, v.due_year,
    v.days_left, v.is_due, v.is_on_pace, v.last_visit_on, v.days_since_visit, g.longest_gap_days,
    v.is_never_visited and s.is_in_scope as is_never_visited, v.is_over_60_days and s.is_in_scope as is_over_60_days,
    t.child_id is not null as is_phone_only, coalesce(o.overdue_needs, 0) as overdue_needs
from child_states as s
inner join facts_at as f on f.child_id = s.child_id
inner join child_visits as v on v.child_id = s.child_id
inner join visit_gaps as g on g.child_id = s.child_id
left join child_coverage as c on c.child_id = s.child_id
left join distant_children as t on t.child_id = s.child_id
left join overdue_children as o on o.child_id = s.child_id
