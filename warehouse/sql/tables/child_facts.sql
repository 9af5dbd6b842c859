-- One row per child, village and reporting day: state facts, in force from holds_from until the day before holds_before.
create table child_facts (
    child_id string not null,
    village_id string not null,        -- village whose ledger names the child
    ledger_on date not null,
    holds_from date not null,          -- 0001-01-01 for a child's first facts
    holds_before date not null,        -- reporting day of the next ledger that names the child, else 9999-12-31
    sheet_id string not null,          -- first row of the child in that ledger
    row_no integer not null,
    household_id string,               -- keyed hash of village + household number, else village + household head
    hukou_kind string,                 -- rural | urban | null
    disability_type string,            -- vision hearing speech physical intellectual mental multiple, space-separated when several
    disability_level integer,          -- 1-4
    disability_card_until date,
    illness_cost double,               -- yuan in illness_year
    illness_year integer, dibao_from date,
    dibao_until date,                  -- last day that counts
    dibao_reviewed_on date,
    father_status string,              -- severe_disability serious_illness imprisoned rehabilitation other_custody lost_contact guardianship_revoked deported deceased missing working_away unable at_home
    father_since date,
    father_until date,                 -- last day that counts
    mother_status string, mother_since date, mother_until date,
    event_kind string,                 -- guardianship_missing guardianship_improper abuse abandonment accident unlawful_harm divorce widowed single_parent sudden_event other
    event_on date, reviewed_on date,
    -- has_*: the cell is filled (damaged, invalid and "not applicable" count as filled; metrics.md fine print)
    has_child_name boolean not null, has_id_number boolean not null, has_sex boolean not null,
    has_born_on boolean not null, has_household_head boolean not null, has_class_no boolean not null,
    has_village_name boolean not null, has_address boolean not null, has_school boolean not null,
    has_hukou_kind boolean not null, has_disability_type boolean not null, has_disability_level boolean not null,
    has_illness_name boolean not null, has_illness_cost boolean not null, has_illness_year boolean not null,
    has_dibao_no boolean not null, has_dibao_from boolean not null, has_father_status boolean not null,
    has_father_since boolean not null, has_mother_status boolean not null, has_mother_since boolean not null,
    has_event_kind boolean not null, has_reviewed_on boolean not null, has_guardian_name boolean not null,
    has_guardian_relation boolean not null, has_guardian_phone boolean not null, has_listed_on boolean not null
);
