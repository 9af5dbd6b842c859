-- Counted visit-days of the year of $as_of whose ledger says anything of topics, with these: one row per child and day.
select v.*, d.topics
from visits_rows as v
inner join topic_days as d on d.child_id = v.child_id and d.visited_on = v.visited_on
