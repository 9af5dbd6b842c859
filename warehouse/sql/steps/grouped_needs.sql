-- Needs under each group they count in: town and village by the ledger that names them, class by the child's classes.
select 'town' as grp, '' as village_id, 0 as class_no, need_id, is_resolved, is_overdue, days_to_resolve
from needs_at
union all
select 'village' as grp, village_id, 0 as class_no, need_id, is_resolved, is_overdue, days_to_resolve
from needs_at
union all
select 'class' as grp, '' as village_id, m.class_no, n.need_id, n.is_resolved, n.is_overdue, n.days_to_resolve
from needs_at as n
inner join membership_states as m on m.child_id = n.child_id
union all
select 'village_class' as grp, n.village_id, m.class_no, n.need_id, n.is_resolved, n.is_overdue, n.days_to_resolve
from needs_at as n
inner join membership_states as m on m.child_id = n.child_id
