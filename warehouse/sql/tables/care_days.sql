-- One row per year and occasion of care with the last day it is in time; birthdays differ by child (plan 3.3.3).
create table care_days (
    occasion_year integer not null,
    occasion string not null,          -- spring_festival winter_holiday childrens_day summer_holiday
    last_on date not null
);
