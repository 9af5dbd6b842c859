-- One row per finding: since when it has stood (warehouse/metrics/finding_age.py says what makes it the same as one of the build before).
create table finding_ages (
    finding_id integer not null,
    first_found_on date not null,      -- day (UTC) of the first load that found it
    loads integer not null             -- loads that found it without a break, the one that made the build included: 1 = new
);
