-- The last stated reporting day up to $as_of of each village's ledgers of a kind. One row per village and kind that was reported; what a
-- merged village reported is its successor's.
select p.stands_in as village_id, s.ledger, max(s.ledger_on) as last_on
from ledger_sheets as s
inner join village_places as p on p.village_id = s.village_id
where s.state = 'loaded' and s.ledger_on_source <> 'load' and s.ledger_on <= $as_of
group by p.stands_in, s.ledger
