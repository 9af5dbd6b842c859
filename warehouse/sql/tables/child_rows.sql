-- One row per class of every loaded row of a children ledger.
create table child_rows (
    sheet_id string not null, row_no integer not null, child_id string not null, village_id string not null,
    ledger_on date not null,
    class_no integer,                  -- 1-6; null: class cell missing or not in the vocabulary
    listed_on date,                    -- as the row states
    delisted_on date,
    disability_card_is_bad boolean     -- card number against ID number, type or level
);
