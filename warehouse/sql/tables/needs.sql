-- One row per difficulty raised for a child (plan 3.2.2), each once over all ledgers.
create table needs (
    need_id string not null,
    child_id string,                   -- null: unknown
    village_id string,
    category string,                   -- money | affection | schooling | safety | other
    raised_on date not null,           -- missing: reporting day
    is_raised_stated boolean not null, due_on date, resolved_on date, department string,
    is_joint_meeting boolean, ledger_on date not null, sheet_id string not null, row_no integer not null
);
