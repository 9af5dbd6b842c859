-- One row per policy card handed to a helper (plan 3.1.3).
create table policy_cards (
    card_id string not null, helper_id string, village_id string, issued_on date, ledger_on date not null,
    sheet_id string not null, row_no integer not null
);
