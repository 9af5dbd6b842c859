-- Key and value facts of the build: build_id, loaded_at (UTC), as_of (the day the checks speak of), town, note.
create table build_facts (
    name varchar not null,
    value varchar
);
