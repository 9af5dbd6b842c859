-- One row per child, village and class: when the child is on that village's ledger of that class (ledgers.md §5).
create table memberships (
    child_id string not null, village_id string not null,
    class_no integer not null,         -- 1-6
    listed_on date not null,           -- as the newest row says; missing: first reporting day that names it
    delisted_on date,                  -- first day it no longer holds; null: no end
    is_listed_stated boolean not null,
    is_delisted_stated boolean not null, -- false with a day: ended because a later ledger names the child in other classes only
    first_named_on date not null, last_named_on date not null,
    sheet_id string not null,          -- newest row that names it
    row_no integer not null
);
