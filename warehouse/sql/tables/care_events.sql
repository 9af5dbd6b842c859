-- One row per child, occasion and day of care (plan 3.3.3).
create table care_events (
    care_id varchar not null,
    child_id varchar,
    village_id varchar,
    held_on date,
    occasion varchar,                  -- spring_festival winter_holiday childrens_day summer_holiday birthday other
    ledger_on date not null,
    sheet_id varchar not null,
    row_no integer not null
);
