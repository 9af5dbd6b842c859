-- The groups that figures are counted in, and whether a row counts under its village and its class there: one row per group.
select 'town' as grp, false as is_by_village, false as is_by_class
union all
select 'village' as grp, true as is_by_village, false as is_by_class
union all
select 'class' as grp, false as is_by_village, true as is_by_class
union all
select 'village_class' as grp, true as is_by_village, true as is_by_class
