-- One row per goal year and indicator (goals.toml, plan 1).
create table goals (
    goal_year integer not null, indicator string not null, as_of date not null,
    target double not null,            -- 0-1
    weight integer not null,
    plan string not null,              -- plan section
    sort_no integer not null           -- position in the file, from 1
);
