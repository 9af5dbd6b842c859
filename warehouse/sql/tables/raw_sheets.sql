-- Sealed raw text of all its rows, with the true names of sheet and file, one row per sheet, so that a later load reads it again and a trail can show a cell; associated data = sheet_id.
create table raw_sheets (
    sheet_id string not null, sealed binary not null
);
