-- One row per policy card handed to a helper (plan 3.1.3).
create table policy_cards (
    card_id varchar not null,
    helper_id varchar,
    village_id varchar,
    issued_on date,
    ledger_on date not null,
    sheet_id varchar not null,
    row_no integer not null
);
