-- One row per fact of the build: format (warehouse/storage/format_versions.py; none: 1), loaded_at (UTC), as_of (the day the
-- checks speak of), ledgers, aliases (digest), base (the build published when it was made; null: none), loaded_by, files_new,
-- files_replaced, files_left_out (names, as JSON lists), successors (SHA-256 of each file replaced → that of its corrected copy), changes (the headline figures of the base and of this build, as JSON),
-- anchor (the audit trail's when it was made), layouts (digest), answers_used (in how many files each remembered layout and word is used, as JSON by its key).
create table build_facts (
    name string not null, value string
);
