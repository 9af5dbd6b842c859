-- One row per heading that no alias fits; the values under it are not stored.
create table ledger_headings (
    sheet_id varchar not null,
    village_id varchar,
    heading varchar not null,          -- as written; for an unrecognised sheet all its headings joined
    column_no integer,                 -- from 1
    suggestion varchar                 -- nearest known field; null: none near
);
