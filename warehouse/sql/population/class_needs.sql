-- The same difficulties, of the children registered in each class: one row per need and class.
select w.*, m.class_no
from needs_population as w
inner join membership_states as m on m.child_id = w.child_id
