-- Key and value facts of the build: build_id, loaded_at (UTC), as_of (the day the checks speak of), town, note, and before
-- (id of the build that was in force when this one was made; none for the first).
create table build_facts (
    name varchar not null,
    value varchar
);
