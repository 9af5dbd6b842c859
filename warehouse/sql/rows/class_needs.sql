-- Difficulties of the children registered in each class: one row per need and class.
select *
from class_needs_population
where left_out is null
