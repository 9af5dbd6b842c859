-- Eligibility of every registered child in each of its classes at $as_of, with the child's ledger row: one row per child and class.
select
    m.child_id, m.village_id, m.class_no, m.state, m.reason, m.note, m.last_eligible_on,
    days_between($as_of, m.last_eligible_on) as eligible_days_left, f.sheet_id, f.row_no
from membership_states as m
inner join facts_at as f on f.child_id = m.child_id
