-- One row per column of a sheet that a form knows, with its heading as written.
create table ledger_columns (
    sheet_id varchar not null,
    field varchar not null,            -- code of the field
    heading varchar not null,
    column_no integer not null         -- from 1
);
