-- Coverage of every in-scope child at $as_of and whether it conforms, with why not: one row per child (plan 2.3).
with faults as (
    select
        s.child_id, s.needs_family, s.is_family_paired, d.child_id is not null as is_department_covered,
        coalesce(s.sex = 'female' and not is_under(s.born_on, 8, $as_of) and not s.has_female_helper, false) as is_girl_alone,
        h.household_id is not null as is_split, coalesce(not s.is_all_in_circle, false) as is_outside
    from scope_children as s
    left join department_children as d on d.child_id = s.child_id
    left join split_households as h on h.household_id = s.household_id
),
coverage as (
    select
        f.*, is_family_paired or (is_department_covered and not needs_family) as is_covered,
        is_family_paired and (needs_family or not is_department_covered) as is_judged_by_family
    from faults as f
)
select
    child_id, needs_family, is_family_paired, is_department_covered, is_covered,
    is_covered and not (is_judged_by_family and (is_girl_alone or is_split or is_outside)) as is_conforming,
    is_judged_by_family and is_girl_alone as has_girl_without_female_helper,
    is_judged_by_family and is_split as has_siblings_split,
    is_judged_by_family and is_outside as has_helper_outside_circle
from coverage
