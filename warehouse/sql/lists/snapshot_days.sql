-- Days whose figures are worked out when a build is made, oldest first: one row per day.
select as_of, is_month_end
from mart_days
order by as_of
