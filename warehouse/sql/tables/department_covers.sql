-- One row per class that a department's cover of a village names (plan 2.3).
create table department_covers (
    village_id string not null,
    department string not null,        -- an organisation
    class_no integer not null,         -- 1-6
    started_on date not null,
    ended_on date,                     -- first day no longer in force
    ledger_on date not null, sheet_id string not null, row_no integer not null
);
