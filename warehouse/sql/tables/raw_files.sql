-- Sealed bytes, one row per file that was read, so that a village's own workbook can be returned to it; associated data = file_id.
create table raw_files (
    file_id string not null, sealed binary not null
);
