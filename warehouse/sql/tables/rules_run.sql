-- One row per rule of the catalogue: whether it ran on this build.
create table rules_run (
    code string not null,
    state string not null,             -- checked | not_checked
    findings integer,                  -- null: not checked
    why string                         -- the error's class where it was not checked
);
