-- Class 1, orphans: why it does not hold, by the parents' status alone; one status given and the other not contradicts.
-- One row per child; reason null = eligible (plan 2.1).
select
    m.child_id, m.class_no,
    case
        when f.father_status is null and f.mother_status is null then null
        when is_lost(f.father_status) and is_lost(f.mother_status) then null
        else 'parent_status_contradicts'
    end as reason,
    cast(null as date) as ends_on, cast(null as string) as note
from registered_memberships as m
inner join facts_at as f on f.child_id = m.child_id
where m.class_no = 1
