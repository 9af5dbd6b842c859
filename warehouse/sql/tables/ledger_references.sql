-- One row per reference to a child or helper that names nobody known (ledgers.md §5); the row itself is kept.
create table ledger_references (
    sheet_id string not null, row_no integer not null, ledger string not null, village_id string,
    role string not null,              -- child | helper
    heading string,                    -- heading of the name cell
    why string not null                -- unknown | several
);
