-- One row per day whose results are in the tables mart_<metric> of this build.
create table mart_days (
    as_of date not null, is_month_end boolean not null
);
