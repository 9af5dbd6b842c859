-- Children with a visit by phone or video in the year of $as_of up to $as_of and none that counts: one row per child.
select child_id
from year_visits
group by child_id
having count(case when is_counted then 1 end) = 0 and count(case when mode in ('phone', 'video') then 1 end) > 0
