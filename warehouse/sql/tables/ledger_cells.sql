-- One row per cell that is missing, damaged or not what its column asks for; cells in order have no row.
create table ledger_cells (
    sheet_id string not null,
    row_no integer not null,           -- as the spreadsheet counts
    ledger string not null, village_id string, ledger_on date,
    field string not null,             -- code of the field
    heading string,                    -- as written; null: no such column in the sheet
    state string not null,             -- missing_required | cell_error | date_impossible | date_ambiguous | value_unknown | phone_invalid | id_number_damaged | id_number_invalid | birth_contradicts_id | sex_contradicts_id | id_number_shared | card_contradicts | known_by_name_only | birth_in_future | column_gone (at the heading row) | end_before_start
    value_masked string,               -- never a name, number or note
    child_id string                    -- where the row is a child's
);
