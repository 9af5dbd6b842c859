-- Visits that ledgers tell in the year of $as_of up to $as_of, and why one is no counted visit-day: one row per visit.
-- A visit without a day stands in the year of its ledger.
with told as (
    select
        v.visit_id,
        v.child_id,
        v.village_id,
        v.visited_on,
        v.mode,
        s.item is not null as is_mode_counted,
        v.sheet_id,
        v.row_no
    from visits as v
    left join settings as s on s.name = 'counted_mode' and s.item = v.mode
    where coalesce(v.visited_on, v.ledger_on) between year_begins($as_of) and $as_of
),
first_of_day as (
    select
        child_id,
        visited_on,
        min(case when is_mode_counted then visit_id end) as counted_id,
        min(visit_id) as visit_id
    from told
    where child_id is not null and visited_on is not null
    group by child_id, visited_on
)
select
    t.visit_id,
    t.child_id,
    coalesce(c.village_id, t.village_id) as village_id,
    c.primary_class as class_no,
    t.visited_on,
    t.mode,
    case
        when t.visited_on is null then 'visit_undated'
        when t.child_id is null then 'child_unknown'
        when not t.is_mode_counted then 'visit_mode'
        when c.child_id is null then 'child_not_registered'
        when not c.is_in_scope then 'child_expired'
        when t.visit_id <> f.counted_id then 'visit_same_day'
    end as left_out,
    case when not t.is_mode_counted then t.mode when not c.is_in_scope then m.reason end as reason,
    coalesce(t.visit_id = f.visit_id, false) as is_first_of_day,
    coalesce(c.is_in_scope, false) as is_childs_in_scope,
    t.sheet_id,
    t.row_no
from told as t
left join child_states as c on c.child_id = t.child_id
left join membership_states as m on m.child_id = c.child_id and m.class_no = c.primary_class
left join first_of_day as f on f.child_id = t.child_id and f.visited_on = t.visited_on
