-- What the rules read beside the build's tables: the day, newest places of children, the cell each reason rests on.
create or replace temp table as_of_day as select cast($as_of as date) as as_of;

create or replace temp table newest_child_rows as
select child_id, sheet_id, row_no from children;

create or replace temp table newest_membership_rows as
select child_id, class_no, max_by(sheet_id, cast(last_named_on as varchar) || sheet_id) as sheet_id,
    max_by(row_no, cast(last_named_on as varchar) || sheet_id) as row_no
from memberships
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
