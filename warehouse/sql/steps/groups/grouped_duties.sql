-- Sums of children's duties for the town and each village: care occasions and required cells, one row per group.
with duties as (
    select village_id, 1 as care_due, one_if(is_held) as care_held, 0 as fields_filled, 0 as fields_required
    from child_care
    union all
    select village_id, 0 as care_due, 0 as care_held, fields_filled, fields_required from child_fields
),
village_sums as (
    select
        village_id, sum(care_due) as care_due, sum(care_held) as care_held, sum(fields_filled) as fields_filled,
        sum(fields_required) as fields_required
    from duties
    group by village_id
)
select
    g.grp,
    case when g.is_by_village then v.village_id else '' end as village_id,
    cast(sum(v.care_due) as bigint) as care_due, cast(sum(v.care_held) as bigint) as care_held,
    cast(sum(v.fields_filled) as bigint) as fields_filled, cast(sum(v.fields_required) as bigint) as fields_required
from village_sums as v
inner join figure_groups as g on not g.is_by_class
group by g.grp, case when g.is_by_village then v.village_id else '' end
