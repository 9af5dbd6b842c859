-- The groups that figures are counted in, and whether a row counts under its village and its class there: one row per group.
select *
from (values
    ('town', false, false), ('village', true, false), ('class', false, true), ('village_class', true, true)
) as g (grp, is_by_village, is_by_class)
