-- Findings counted: one row per village and severity; village_id is null for those of no village.
select village_id, severity, count(*) as found
from findings
group by village_id, severity
