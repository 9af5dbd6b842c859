-- Findings of the whole town and the children they name: one row per rule that found any.
select code, count(*) as found, count(distinct child_id) as children
from findings
group by code
