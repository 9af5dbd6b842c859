-- One row per fault at one place (findings.md); sentences come from the catalogue in the reader's language.
create table findings (
    finding_id integer not null, code string not null,
    severity string not null,          -- critical | warning | info
    village_id string, ledger string, sheet_id string, file string,
    sheet string,                      -- '' for .csv
    row_no integer,                    -- as the spreadsheet counts; null: the whole sheet or file
    field string,                      -- code of the field
    heading string,                    -- column heading as written
    value_masked string, child_id string, class_no integer,
    detail string                      -- what fills the sentence: a reason code, a day, a count; never a name
);
