-- The day the checks speak of: one row.
select cast($as_of as date) as as_of
