-- One row per file of every load that this build rests on; fault rows only for the load that made the build.
create table ledger_files (
    file_id string not null,           -- first 16 hex digits of the file's SHA-256
    file string not null,              -- the file's name without folders; what names a person in it is ＊＊ (the true name is in raw_sheets)
    sha256 string not null, bytes bigint not null,
    village_id string,                 -- null: several villages, none, or unknown
    ledger_on date,                    -- newest reporting day of its sheets
    fault string,                      -- finding code of a file that could not be read; null: read
    fault_detail string                -- the plain fact behind the fault, without cell values
);
