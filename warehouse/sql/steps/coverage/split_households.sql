-- Households whose in-scope, family-paired children have no helper common to all of them: one row per household (plan 2.3).
with siblings as (
    select
        household_id,
        child_id
    from scope_children
    where is_family_paired and household_id is not null
),
sizes as (
    select
        household_id,
        count(*) as children
    from siblings
    group by household_id
    having count(*) > 1
),
common_helpers as (
    select
        z.household_id,
        h.helper_id,
        count(*) as children
    from sizes as z
    inner join siblings as s on s.household_id = z.household_id
    inner join helper_pairs as h on h.child_id = s.child_id
    group by z.household_id, h.helper_id
)
select
    z.household_id
from sizes as z
inner join common_helpers as s on s.household_id = z.household_id
group by z.household_id, z.children
having max(s.children) < z.children
