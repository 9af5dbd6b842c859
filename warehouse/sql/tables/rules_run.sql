-- One row per rule of the catalogue: whether it ran on this build.
create table rules_run (
    code varchar not null,
    state varchar not null,            -- checked | not_checked
    findings integer,                  -- null: not checked
    why varchar                        -- the error's class where it was not checked
);
