-- Findings that name no child: one row per village of the register, in its order.
select v.name, count(f.finding_id) as found
from villages as v
left join findings as f on f.village_id = v.village_id and f.child_id is null
group by v.name, v.sort_no
order by v.sort_no
