-- One row per column of a sheet that a form knows, with its heading as written.
create table ledger_columns (
    sheet_id string not null,
    field string not null,             -- code of the field
    heading string not null,
    column_no integer not null         -- from 1
);
