-- All helpers that ledgers name, and why one is not in service at $as_of: one row per helper.
with past_trainees as (
    select distinct helper_id
    from trainings
    where held_on <= $as_of
)
select
    h.helper_id, h.village_id, h.unit, h.category, h.joined_on, d.is_there, d.is_in_circle, d.children > 0 as is_paired,
    coalesce(v.children, 0) as children, coalesce(v.visits_due, 0) as visits_due,
    coalesce(v.visit_days, 0) as visit_days, v.last_visit_on, coalesce(v.is_idle, false) as is_idle, d.is_trained,
    d.is_carded, e.helper_id is not null as is_trained_ever,
    case when d.helper_id is not null then null when h.joined_on > $as_of then 'helper_not_yet' else 'helper_left' end as left_out,
    cast(null as string) as reason, h.sheet_id, h.row_no
from helpers as h
left join helper_duties as d on d.helper_id = h.helper_id and d.grp = 'town'
left join helper_visits as v on v.helper_id = h.helper_id
left join past_trainees as e on e.helper_id = h.helper_id
