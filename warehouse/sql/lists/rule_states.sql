-- Rules of the last check and whether each could run: one row per rule.
select code, state
from rules_run
order by code
