-- One row per fault of a file of boundaries that came with the load that made the build.
create table boundary_faults (
    file string not null,
    village_id string,                 -- null: the whole file, or codes that the register does not have
    reason string not null,            -- code of a reason (checks/rules/words.toml)
    codes string                       -- village codes as the file gives them
);
