-- One row per mandatory report of danger to a child (plan 3.3.1).
create table safety_reports (
    report_id string not null, child_id string, village_id string, found_on date, reported_on date,
    is_fed_back boolean, ledger_on date not null, sheet_id string not null, row_no integer not null
);
