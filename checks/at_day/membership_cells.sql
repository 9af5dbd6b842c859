-- State of every membership with the cell that its reason rests on and its newest ledger row: one row per child and class.
-- The cell is the father's, but the mother's where the father's bears the state out.
with reason_fields as (
    select *
    from (values
        ('birth_date_missing', 'born_on'), ('age_limit', 'born_on'), ('parent_status_contradicts', 'father_status'),
        ('parent_status_missing', 'father_status'), ('parent_status_ended', 'father_until'),
        ('parent_combination', 'father_status'), ('term_under_6_months', 'father_since'), ('dibao_missing', 'dibao_from'),
        ('dibao_ended', 'dibao_until'), ('disability_card_expired', 'disability_card_until'),
        ('illness_year_passed', 'illness_year'), ('severity_not_shown', 'disability_level'), ('event_missing', 'event_kind'),
        ('review_overdue', 'reviewed_on'), ('not_rural', 'hukou_kind'), ('away_under_3_months', 'father_since'),
        ('parent_returned', 'father_until'), ('parent_at_home', 'father_status')
    ) as cells (reason, field)
)
select
    m.sheet_id, m.row_no, 'children' as ledger, s.village_id, s.child_id, s.class_no, s.state, s.reason as detail,
    case when b.child_id is null then c.field else replace(c.field, 'father_', 'mother_') end as field
from at_membership_states as s
inner join newest_membership_rows as m on m.child_id = s.child_id and m.class_no = s.class_no
left join reason_fields as c on c.reason = s.reason
left join reasons_of_mothers as b on b.child_id = s.child_id and b.reason = s.reason
