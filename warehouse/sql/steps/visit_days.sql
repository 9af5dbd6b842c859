-- Counted visit-days in the year of $as_of: one row per child and day, two helpers on one day count once.
select distinct
    child_id,
    visited_on
from counted_visits
where visited_on >= year_begins($as_of)
