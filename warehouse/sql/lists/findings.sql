-- Findings with their age, each filter off where it is '': one row per finding, the first $most by number.
select f.*, v.name as village, a.loads, a.first_found_on
from findings as f
left join finding_ages as a on a.finding_id = f.finding_id
left join villages as v on v.village_id = f.village_id
where ($severity = '' or f.severity = $severity)
    and ($code = '' or f.code = $code)
    and ($age = '' or cast(a.loads as string) = $age)
    and ($village = '' or f.village_id = $village)
order by f.finding_id
limit $most
