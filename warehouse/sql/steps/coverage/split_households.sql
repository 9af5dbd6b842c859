-- Households whose in-scope, family-paired children have no helper common to all of them: one row per household (plan 2.3).
with siblings as (
    select household_id, child_id, count(*) over (partition by household_id) as children
    from scope_children
    where is_family_paired and household_id is not null
),
common_helpers as (
    select s.household_id, s.children, h.helper_id, count(*) as children_helped
    from siblings as s
    inner join helper_pairs as h on h.child_id = s.child_id
    where s.children > 1
    group by s.household_id, s.children, h.helper_id
)
select household_id
from common_helpers
group by household_id, children
having max(children_helped) < children
