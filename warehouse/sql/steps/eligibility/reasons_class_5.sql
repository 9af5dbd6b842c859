-- Class 5, other difficulty: an event is given and was reviewed (or the child listed) within 12 months.
-- One row per child (plan 2.1).
select
    m.child_id, m.class_no,
    case
        when f.event_kind is null then 'event_missing'
        when $as_of > add_months(coalesce(f.reviewed_on, m.listed_on), 12) then 'review_overdue'
    end as reason,
    add_months(coalesce(f.reviewed_on, m.listed_on), 12) as ends_on, cast(null as string) as note
from registered_memberships as m
inner join facts_at as f on f.child_id = m.child_id
where m.class_no = 5
