-- One row per cell that is missing, damaged or not what its column asks for; cells in order have no row.
create table ledger_cells (
    sheet_id varchar not null,
    row_no integer not null,           -- as the spreadsheet counts
    ledger varchar not null,
    village_id varchar,
    ledger_on date,
    field varchar not null,            -- code of the field
    heading varchar,                   -- as written; null: no such column in the sheet
    state varchar not null,            -- missing_required | cell_error | date_impossible | date_ambiguous | value_unknown | phone_invalid | id_number_damaged | id_number_invalid | birth_contradicts_id | sex_contradicts_id | id_number_shared | card_contradicts
    value_masked varchar,              -- never a name, number or note
    child_id varchar                   -- where the row is a child's
);
