-- Classes 3 and 4: families on minimum living allowance, with (3) and without (4) severe disability or serious illness
-- (plan 2.1). One row per child and class; ends_on = the last day all that is needed holds.
select
    m.child_id, m.class_no,
    case
        when f.dibao_from is null or f.dibao_from > $as_of then 'dibao_missing'
        when f.dibao_until < $as_of then 'dibao_ended'
        when m.class_no = 4 or s.is_severe then null
        when s.is_card_past then 'disability_card_expired'
        when s.is_illness_past then 'illness_year_passed'
        else 'severity_not_shown'
    end as reason,
    case when m.class_no = 3 then least(f.dibao_until, s.severe_until) else f.dibao_until end as ends_on,
    case
        when m.class_no = 4 and s.is_severe then 'belongs_in_class_3'
        when m.class_no = 3 and s.is_to_verify then 'to_be_verified'
    end as note
from registered_memberships as m
inner join facts_at as f on f.child_id = m.child_id
inner join severity_at as s on s.child_id = m.child_id
where m.class_no in (3, 4)
