-- Possible helpers of every child in scope that is not covered at $as_of (of classes 1-3: not paired with a family), up to three, in order
-- of place: one row per child and helper; a child nobody can be proposed for has one row without a helper (plan 2.2, 2.3). A helper is in
-- service for 60 days more, of the plan's circle, and helps a sibling (a child of the same household), or is of the unit linked with the
-- village, or of the village; for a girl of eight a woman. The sibling's helper stands first, then who has fewest children in scope.
with open_children as (
    select
        c.child_id, s.village_id, f.household_id,
        coalesce(s.sex = 'female' and not is_under(s.born_on, 8, $as_of), false) as needs_female
    from child_coverage as c
    inner join child_states as s on s.child_id = c.child_id
    inner join facts_at as f on f.child_id = c.child_id
    where not c.is_covered
),
pair_counts as (
    select p.helper_id, count(s.child_id) as children
    from helper_pairs as p
    inner join child_states as s on s.child_id = p.child_id and s.is_in_scope
    group by p.helper_id
),
candidates as (
    select
        h.helper_id, h.unit, g.is_female, v.stands_in as village_id, l.stands_in as linked_village_id,
        coalesce(n.children, 0) as children
    from helpers as h
    inner join helpers_in_service as g on g.helper_id = h.helper_id and g.is_in_circle
    left join village_places as v on v.village_id = h.village_id
    left join village_places as l on l.village_id = h.linked_village_id
    left join pair_counts as n on n.helper_id = h.helper_id
    where h.left_on is null or h.left_on > add_days($as_of, 60)
),
ties as (
    select c.child_id, p.helper_id, true as is_sibling_helper, false as is_linked_unit
    from open_children as c
    inner join facts_at as f on f.household_id = c.household_id and f.child_id <> c.child_id
    inner join helper_pairs as p on p.child_id = f.child_id
    union all
    select c.child_id, h.helper_id, false as is_sibling_helper, true as is_linked_unit
    from open_children as c
    inner join villages as v on v.village_id = c.village_id
    inner join candidates as h on h.linked_village_id = c.village_id or h.unit = v.linked_unit
    union all
    select c.child_id, h.helper_id, false as is_sibling_helper, false as is_linked_unit
    from open_children as c
    inner join candidates as h on h.village_id = c.village_id
),
reasons as (
    select
        child_id, helper_id, max(one_if(is_sibling_helper)) = 1 as is_sibling_helper,
        max(one_if(is_linked_unit)) = 1 as is_linked_unit
    from ties
    group by child_id, helper_id
),
rankings as (
    select
        r.*, h.unit, h.children, h.is_female,
        row_number() over (
            partition by r.child_id
            order by one_if(r.is_sibling_helper) desc, h.children, h.helper_id
        ) as place
    from reasons as r
    inner join candidates as h on h.helper_id = r.helper_id
    inner join open_children as c on c.child_id = r.child_id and (h.is_female or not c.needs_female)
)
select
    c.child_id, c.village_id, r.helper_id, r.unit, r.children, r.is_sibling_helper, r.is_linked_unit, r.is_female,
    c.needs_female, r.place
from open_children as c
left join rankings as r on r.child_id = c.child_id and r.place <= 3
order by c.village_id, c.child_id, r.place
