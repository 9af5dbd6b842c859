-- One row per village or community of the town's register (ledgers.md §4, villages).
create table villages (
    village_id string not null,        -- 12-digit area code
    name string not null,
    kind string,                       -- village | community
    linked_unit string,                -- the unit linked with the village (plan 2.3)
    is_key_village boolean,
    longitude double,                  -- degrees, WGS 84 or as the register gives them
    latitude double,
    boundary string,                   -- GeoJSON geometry as text; null: no boundary known
    sort_no integer not null,          -- position in the register, from 1
    since date,                        -- first day it counts; null: from the beginning
    until date,                        -- first day it no longer exists; null: it goes on
    merged_into string                 -- the village it went into then
);
