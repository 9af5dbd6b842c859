-- Sums of children's duties for the town and each village: care occasions and required cells, one row per group.
with care as (
    select
        child_id,
        count(*) as care_due,
        sum(one_if(is_held)) as care_held
    from child_care
    group by child_id
)
select
    g.grp,
    g.village_id,
    cast(coalesce(sum(c.care_due), 0) as bigint) as care_due,
    cast(coalesce(sum(c.care_held), 0) as bigint) as care_held,
    cast(coalesce(sum(f.fields_filled), 0) as bigint) as fields_filled,
    cast(coalesce(sum(f.fields_required), 0) as bigint) as fields_required
from grouped_children as g
left join care as c on c.child_id = g.child_id
left join child_fields as f on f.child_id = g.child_id
where g.grp in ('town', 'village')
group by g.grp, g.village_id
