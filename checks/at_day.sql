-- What the rules read beside the build's tables: the day, newest places of children, the cell each reason rests on.
create or replace temp table as_of_day as select cast($as_of as date) as as_of;

-- A child that moved stands in the ledger of the village that has it now, although the other village's may be newer.
create or replace temp table newest_child_rows as
select
    c.child_id,
    coalesce(max_by(f.sheet_id, cast(f.ledger_on as string) || f.sheet_id), any_value(c.sheet_id)) as sheet_id,
    coalesce(max_by(f.row_no, cast(f.ledger_on as string) || f.sheet_id), any_value(c.row_no)) as row_no
from children as c
left join at_child_states as s on s.child_id = c.child_id and s.village_id <> c.village_id
left join child_facts as f on f.child_id = s.child_id and f.village_id = s.village_id
group by c.child_id;

create or replace temp table newest_membership_rows as
with placed as (
    select m.*, coalesce(m.village_id = s.village_id, false) || cast(m.last_named_on as string) || m.sheet_id as place
    from memberships as m
    left join at_child_states as s on s.child_id = m.child_id
)
select child_id, class_no, max_by(sheet_id, place) as sheet_id, max_by(row_no, place) as row_no
from placed
group by child_id, class_no;

create or replace temp table reason_fields as
select * from (values
    ('birth_date_missing', 'born_on'), ('age_limit', 'born_on'), ('parent_status_contradicts', 'father_status'),
    ('parent_status_missing', 'father_status'), ('parent_status_ended', 'father_until'),
    ('parent_combination', 'father_status'), ('term_under_6_months', 'father_since'), ('dibao_missing', 'dibao_from'),
    ('dibao_ended', 'dibao_until'), ('disability_card_expired', 'disability_card_until'),
    ('illness_year_passed', 'illness_year'), ('severity_not_shown', 'disability_level'), ('event_missing', 'event_kind'),
    ('review_overdue', 'reviewed_on'), ('not_rural', 'hukou_kind'), ('away_under_3_months', 'father_since'),
    ('parent_returned', 'father_until'), ('parent_at_home', 'father_status')
) as known (reason, field);

-- Children whose reason rests on the mother's cell alone, since the father's bears it out.
create or replace temp table reasons_of_mothers as
with parents as (
    select
        child_id,
        father_status,
        father_since,
        father_until,
        coalesce(father_status in ('severe_disability', 'serious_illness', 'imprisoned', 'rehabilitation', 'other_custody',
            'lost_contact', 'guardianship_revoked', 'deported', 'deceased', 'missing'), false) as is_absent
    from at_facts_at
),
judged as (
    select
        child_id,
        unnest([
            {'reason': 'parent_status_contradicts', 'is_borne_out': coalesce(father_status in ('deceased', 'missing'), false)},
            {'reason': 'parent_status_missing', 'is_borne_out': father_status is not null},
            {'reason': 'parent_status_ended', 'is_borne_out': father_until is null or father_until >= $as_of},
            {'reason': 'parent_returned', 'is_borne_out': father_until is null or father_until >= $as_of},
            {'reason': 'parent_combination', 'is_borne_out': is_absent and (father_since is null or father_since <= $as_of)},
            {'reason': 'term_under_6_months', 'is_borne_out': not coalesce(
                father_status = 'lost_contact' and $as_of < father_since + interval 6 month
                or father_status in ('imprisoned', 'rehabilitation', 'other_custody')
                and father_until < father_since + interval 6 month, false)},
            {'reason': 'parent_at_home', 'is_borne_out': coalesce(father_status <> 'at_home', true)},
            {'reason': 'away_under_3_months', 'is_borne_out': coalesce(father_status, '') <> 'working_away'
                or coalesce(father_since + interval 3 month <= $as_of, false)}
        ], recursive := true)
    from parents
)
select child_id, reason from judged where is_borne_out;
