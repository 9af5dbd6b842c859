-- One row per village, class and reporting day that a children ledger declares, by rows or as zero (ledgers.md §4).
create table ledger_declarations (
    village_id string not null,
    class_no integer not null,         -- 1-6
    ledger_on date not null, is_zero boolean not null, sheet_id string not null
);
