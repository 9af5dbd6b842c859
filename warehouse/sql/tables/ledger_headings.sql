-- One row per heading that no alias fits; the values under it are not stored.
create table ledger_headings (
    sheet_id string not null, village_id string,
    heading string not null,           -- as written; for an unrecognised sheet all its headings joined
    column_no integer,                 -- from 1
    suggestion string                  -- nearest known field; null: none near
);
