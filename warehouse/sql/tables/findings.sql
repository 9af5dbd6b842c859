-- One row per fault at one place (findings.md); sentences come from the catalogue in the reader's language.
create table findings (
    finding_id integer not null,
    code varchar not null,
    severity varchar not null,         -- critical | warning | info
    village_id varchar,
    ledger varchar,
    sheet_id varchar,
    file varchar,
    sheet varchar,                     -- '' for .csv
    row_no integer,                    -- as the spreadsheet counts; null: the whole sheet or file
    field varchar,                     -- code of the field
    heading varchar,                   -- column heading as written
    value_masked varchar,
    child_id varchar,
    class_no integer,
    detail varchar                     -- what fills the sentence: a reason code, a day, a count; never a name
);
