-- The first finding of each rule in each village, as an example: one row per severity, rule and village.
with first_ids as (
    select min(finding_id) as finding_id
    from findings
    group by severity, code, village_id
)
select f.*
from findings as f
inner join first_ids as i on i.finding_id = f.finding_id
order by f.finding_id
