-- One row per mandatory report of danger to a child (plan 3.3.1).
create table safety_reports (
    report_id varchar not null,
    child_id varchar,
    village_id varchar,
    found_on date,
    reported_on date,
    is_fed_back boolean,
    ledger_on date not null,
    sheet_id varchar not null,
    row_no integer not null
);
