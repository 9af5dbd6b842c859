-- One row per helper and day of training (plan 3.1.4).
create table trainings (
    training_id varchar not null,
    helper_id varchar,                 -- null: cannot be told
    village_id varchar,
    held_on date,
    ledger_on date not null,
    sheet_id varchar not null,
    row_no integer not null
);
