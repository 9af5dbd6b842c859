-- One row per child, occasion and day of care (plan 3.3.3).
create table care_events (
    care_id string not null, child_id string, village_id string, held_on date,
    occasion string,                   -- spring_festival winter_holiday childrens_day summer_holiday birthday other
    ledger_on date not null, sheet_id string not null, row_no integer not null
);
