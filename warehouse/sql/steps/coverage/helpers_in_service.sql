-- Helpers in service at $as_of: one row per helper (plan 2.2: three kinds form the plan's circle).
select
    helper_id, coalesce(sex = 'female', false) as is_female,
    coalesce(category in ('town_staff', 'village_committee', 'county_staff'), false) as is_in_circle
from helpers
where in_force(joined_on, left_on, $as_of)
