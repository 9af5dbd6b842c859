-- One row per file of every load that this build rests on; fault rows only for the load that made the build.
create table ledger_files (
    file_id varchar not null,          -- first 16 hex digits of the file's SHA-256
    file varchar not null,             -- the file's own name, without folders
    sha256 varchar not null,
    bytes bigint not null,
    village_id varchar,                -- null: several villages, none, or unknown
    ledger_on date,                    -- newest reporting day of its sheets
    fault varchar,                     -- finding code of a file that could not be read; null: read
    fault_detail varchar               -- the plain fact behind the fault, without cell values
);
