-- State facts of the registered children at $as_of: one row per child; where ledgers of two villages name it on the
-- same day, those of its own village. Its place is in a ledger of its own village, also where another's states the facts:
-- the newest up to $as_of that names it, else the newest.
with namings as (
    select child_id, village_id
    from child_facts
    where holds_from <= $as_of and $as_of < holds_before
),
children_not_named as (
    select c.child_id
    from registered_children as c
    left join namings as n on n.child_id = c.child_id and n.village_id = c.village_id
    where n.child_id is null
),
other_villages as (
    select n.child_id, min(n.village_id) as named_in
    from namings as n
    inner join children_not_named as m on m.child_id = n.child_id
    group by n.child_id
),
choices as (
    select child_id, village_id from registered_children
    union all
    select child_id, named_in as village_id from other_villages
),
places as (
    select
        o.child_id,
        max_by(f.sheet_id, cast(f.ledger_on <= $as_of as string) || cast(f.ledger_on as string) || f.village_id) as sheet_id,
        max_by(f.row_no, cast(f.ledger_on <= $as_of as string) || cast(f.ledger_on as string) || f.village_id) as row_no
    from other_villages as o
    inner join registered_children as c on c.child_id = o.child_id
    inner join village_places as p on p.stands_in = c.village_id
    inner join child_facts as f on f.child_id = o.child_id and f.village_id = p.village_id
    group by o.child_id
)
select
    f.child_id, f.village_id, f.ledger_on, coalesce(w.sheet_id, f.sheet_id) as sheet_id,
    coalesce(w.row_no, f.row_no) as row_no, f.household_id, f.hukou_kind, f.disability_type, f.disability_level,
    f.disability_card_until, f.illness_cost, f.illness_year, f.dibao_from, f.dibao_until, f.dibao_reviewed_on,
    f.father_status, f.father_since, f.father_until, f.mother_status, f.mother_since, f.mother_until, f.event_kind,
    f.reviewed_on
from child_facts as f
inner join choices as n on n.child_id = f.child_id and n.village_id = f.village_id
left join places as w on w.child_id = f.child_id
where f.holds_from <= $as_of and $as_of < f.holds_before
