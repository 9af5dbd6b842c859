-- One row per table of a sheet; the sum comes out: rows_seen = rows_loaded + rows_set_aside + rows_not_data (ledgers.md §6).
create table ledger_sheets (
    sheet_id string not null,          -- file_id || '/' || position of the table in the file from 1
    file_id string not null, file string not null,
    sheet string not null,             -- '' for .csv; 第3张表 where the name is not made of known words (the true name is in raw_sheets)
    ledger string,                     -- kind of ledger; null: not recognised
    state string not null,             -- loaded | asked (waits for an answer) | not_a_ledger | unrecognised | summary | returned (our own list of faults) | empty | set_aside
    set_aside_reason string,           -- code: village_unknown, ledger_not_read, ... ; null: nothing set aside as a whole
    village_id string,                 -- null: rows carry their own, or unknown
    ledger_on date,                    -- reporting day
    ledger_on_source string,           -- sheet | file | load (load = missing, a finding)
    is_hidden boolean not null, rows_seen integer not null, rows_loaded integer not null,
    rows_set_aside integer not null, rows_not_data integer not null,
    total_stated integer,              -- number on the total row; null: none or not readable
    total_counted integer,             -- data rows that the total speaks of, as counted when reading
    total_row_no integer,              -- its row
    total_column string                -- heading of the column with the number
);
