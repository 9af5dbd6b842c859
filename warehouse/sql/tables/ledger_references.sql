-- One row per reference to a child or helper that cannot be told (ledgers.md §5); the row itself is kept.
create table ledger_references (
    sheet_id varchar not null,
    row_no integer not null,
    ledger varchar not null,
    village_id varchar,
    role varchar not null,             -- child | helper
    heading varchar,                   -- heading of the name cell
    why varchar not null               -- unknown | several
);
