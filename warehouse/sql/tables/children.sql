-- One row per child: identity facts of the newest ledger that states them, for every day (ledgers.md §5).
create table children (
    child_id varchar not null,         -- keyed hash, 20 hex digits
    born_on date,                      -- null: not known
    born_precision varchar,            -- day | month | null
    sex varchar,                       -- male | female | null
    id_state varchar not null,         -- valid | invalid | damaged | missing | shared
    sheet_id varchar not null,         -- newest row that names the child
    row_no integer not null,
    village_id varchar not null,       -- village of that row
    ledger_on date not null
);
