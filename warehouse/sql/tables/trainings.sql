-- One row per helper and day of training (plan 3.1.4).
create table trainings (
    training_id string not null,
    helper_id string,                  -- null: unknown
    village_id string, held_on date, ledger_on date not null, sheet_id string not null,
    row_no integer not null
);
