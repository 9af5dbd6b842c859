-- Goals of the build by their day: one row per goal year and indicator; target as a share.
select goal_year, indicator, as_of, target, plan
from goals
order by as_of, sort_no
