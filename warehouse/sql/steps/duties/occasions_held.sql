-- Occasions of the year of $as_of on which care was held up to it: one row per child and occasion.
select distinct child_id, occasion
from care_events
where held_on between year_begins($as_of) and $as_of
