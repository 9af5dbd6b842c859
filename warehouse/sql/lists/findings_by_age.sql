-- Findings counted: one row per severity, rule, village and age.
select f.severity, f.code, f.village_id, v.name as village, a.loads, a.first_found_on, count(*) as found
from findings as f
left join finding_ages as a on a.finding_id = f.finding_id
left join villages as v on v.village_id = f.village_id
group by f.severity, f.code, f.village_id, v.name, a.loads, a.first_found_on
