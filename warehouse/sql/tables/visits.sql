-- One row per visit of a helper to a child on a day, each once over all ledgers (plan 3.2.1).
create table visits (
    visit_id string not null,
    child_id string,                   -- null: unknown
    helper_id string,                  -- null: unknown or not given
    village_id string,
    visited_on date,                   -- null: missing or impossible
    visited_precision string,          -- day | month | null
    mode string not null,              -- in_person | at_school | phone | video | unknown
    recorded_on date,
    has_topic_health boolean,          -- topics: null where the ledger has no topics
    has_topic_schooling boolean, has_topic_parents boolean, has_topic_wishes boolean,
    has_topic_family boolean, has_topic_policy boolean, has_topic_guardianship boolean,
    has_topic_safety boolean,
    note_key string,                   -- keyed hash of the normalised note; null: under 8 characters left
    has_problem boolean not null,      -- a problem, need or wish is noted
    ledger_on date not null,           -- newest ledger that names it
    sheet_id string not null, row_no integer not null
);
