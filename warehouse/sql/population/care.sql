-- Every occasion of care of the year of $as_of for every registered child, and why it is not due: one row per child and occasion.
with occasions as (
    select occasion
    from care_days
    where occasion_year = year_of($as_of)
    union all
    select 'birthday' as occasion
)
select
    s.child_id, s.village_id, s.primary_class as class_no, o.occasion, d.last_on, c.is_held,
    h.child_id is not null as is_held_anyway,
    case
        when c.child_id is not null then null
        when not s.is_in_scope then 'child_expired'
        when d.child_id is null then 'birthday_unknown'
        when d.last_on > $as_of then 'occasion_not_over'
        else 'child_not_registered_then'
    end as left_out,
    m.reason, f.sheet_id, f.row_no
from child_states as s
cross join occasions as o
inner join facts_at as f on f.child_id = s.child_id
inner join membership_states as m on m.child_id = s.child_id and m.class_no = s.primary_class
left join care_occasions as d
    on d.child_id = s.child_id and d.occasion = o.occasion and d.occasion_year = year_of($as_of)
left join child_care as c on c.child_id = s.child_id and c.occasion = o.occasion
left join occasions_held as h on h.child_id = s.child_id and h.occasion = o.occasion
