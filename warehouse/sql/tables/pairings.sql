-- One row per pairing of a child with a helper family, joined over all ledgers by child + helper + start.
create table pairings (
    pairing_id string not null,
    child_id string,                   -- null: unknown
    helper_id string,                  -- null: unknown
    village_id string,
    started_on date not null,          -- missing: reporting day of the first ledger that names it
    is_started_stated boolean not null,
    ended_on date,                     -- first day no longer in force
    ledger_on date not null,           -- newest ledger that names it
    sheet_id string not null, row_no integer not null
);
