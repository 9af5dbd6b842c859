-- One row per child: identity facts of the newest ledger that states them, for every day (ledgers.md §5).
create table children (
    child_id string not null,          -- keyed hash, 20 hex digits
    born_on date,                      -- null: not known
    born_precision string,             -- day | month | null
    sex string,                        -- male | female | null
    id_state string not null,          -- valid | invalid | damaged | missing | shared
    sheet_id string not null,          -- newest row that names the child
    row_no integer not null,
    village_id string not null,        -- village of that row
    ledger_on date not null
);
