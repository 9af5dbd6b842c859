-- Visits that ledgers name in the year of $as_of up to $as_of, and why one is no counted visit-day: one row per visit.
-- A visit without a day is of the year of its ledger; kept_by: the village whose ledger has it, where that is not the child's.
with visits_of_year as (
    select *
    from ledger_visits
    where coalesce(visited_on, ledger_on) between year_begins($as_of) and $as_of
),
first_of_day as (
    select
        y.child_id, y.visited_on,
        min_by(
            y.visit_id, case when y.is_mode_counted then cast(coalesce(y.village_id <> c.village_id, true) as string) || y.visit_id end
        ) as counted_id,
        min(y.visit_id) as visit_id
    from visits_of_year as y
    left join child_states as c on c.child_id = y.child_id
    where y.child_id is not null and y.visited_on is not null
    group by y.child_id, y.visited_on
)
select
    d.visit_id, d.child_id, coalesce(c.village_id, d.village_id) as village_id, c.primary_class as class_no,
    d.visited_on, d.mode,
    case
        when d.visited_on is null then 'visit_undated'
        when d.child_id is null then 'child_unknown'
        when not d.is_mode_counted then 'visit_mode'
        when c.child_id is null then 'child_not_registered'
        when not c.is_in_scope then 'child_expired'
        when d.visit_id <> f.counted_id then 'visit_same_day'
    end as left_out,
    case when not d.is_mode_counted then d.mode when not c.is_in_scope then m.reason end as reason,
    coalesce(d.visit_id = f.visit_id, false) as is_first_of_day, k.name as kept_by,
    coalesce(c.is_in_scope, false) as is_childs_in_scope, d.sheet_id, d.row_no
from visits_of_year as d
left join child_states as c on c.child_id = d.child_id
left join membership_states as m on m.child_id = c.child_id and m.class_no = c.primary_class
left join villages as k on k.village_id = d.village_id and k.village_id <> c.village_id
left join first_of_day as f on f.child_id = d.child_id and f.visited_on = d.visited_on
