-- The day that the checks judge: one row per build.
select cast($as_of as date) as as_of
