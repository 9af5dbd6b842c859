-- Children that ledgers name and the village of their newest row: one row per child.
select child_id, village_id from children
