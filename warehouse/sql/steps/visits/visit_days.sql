-- Counted visit-days in the year of $as_of: one row per child and day, two helpers on one day count once.
select distinct child_id, visited_on
from year_visits
where is_counted
