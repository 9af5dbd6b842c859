-- One row per helper family, newest facts.
create table helpers (
    helper_id string not null,         -- keyed hash
    village_id string,                 -- village of the newest ledger that lists the helper
    sex string,                        -- male | female | null
    unit string,                       -- employer, an organisation
    category string,                   -- town_staff | village_committee | county_staff | outside (a word not in the plan's circle) | null
    is_party_member boolean, linked_village_id string,
    joined_on date not null,           -- missing: reporting day of the first ledger that names the helper
    left_on date,                      -- first day no longer in service
    is_joined_stated boolean not null, ledger_on date not null, sheet_id string not null,
    row_no integer not null
);
