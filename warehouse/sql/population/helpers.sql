-- All helpers that ledgers name, and why one is not in service at $as_of: one row per helper.
with past_trainees as (
    select distinct helper_id
    from trainings
    where held_on <= $as_of
)
select
    h.helper_id,
    h.village_id,
    h.unit,
    h.category,
    h.joined_on,
    d.is_trained,
    d.is_carded,
    e.helper_id is not null as is_trained_ever,
    case when d.helper_id is not null then null when h.joined_on > $as_of then 'helper_not_yet' else 'helper_left' end as left_out,
    cast(null as string) as reason,
    h.sheet_id,
    h.row_no
from helpers as h
left join helper_duties as d on d.helper_id = h.helper_id and d.grp = 'town'
left join past_trainees as e on e.helper_id = h.helper_id
