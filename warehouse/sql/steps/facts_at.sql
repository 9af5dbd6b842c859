-- State facts of the registered children at $as_of: one row per child; where ledgers of two villages name it on the
-- same day, those of the village it stands in.
with elsewhere as (
    select
        f.child_id,
        min(f.village_id) as named_in
    from child_facts as f
    inner join registered_children as c on c.child_id = f.child_id
    where f.holds_from <= $as_of and $as_of < f.holds_before
    group by f.child_id
    having count(case when f.village_id = c.village_id then 1 end) = 0
),
chosen as (
    select child_id, village_id
    from registered_children
    union all
    select child_id, named_in
    from elsewhere
)
select
    f.child_id,
    f.village_id,
    f.ledger_on,
    f.sheet_id,
    f.row_no,
    f.household_id,
    f.hukou_kind,
    f.disability_type,
    f.disability_level,
    f.disability_card_until,
    f.illness_cost,
    f.illness_year,
    f.dibao_from,
    f.dibao_until,
    f.dibao_reviewed_on,
    f.father_status,
    f.father_since,
    f.father_until,
    f.mother_status,
    f.mother_since,
    f.mother_until,
    f.event_kind,
    f.event_on,
    f.reviewed_on
from child_facts as f
inner join chosen as n on n.child_id = f.child_id and n.village_id = f.village_id
where f.holds_from <= $as_of and $as_of < f.holds_before
