-- One row per setting that figures read, as a person writes it: its value when the build was made, beside the program's own.
create table settings_in_force (
    source string not null,            -- what SQL reads: a name of table settings, or the table care_days or goals
    name string not null,              -- the setting's name in settings.toml, or goal_target | goal_weight | goal_day | goal_plan
    item string not null,              -- year, goal year and indicator, or 'default'
    value string,                      -- yuan, days, true or false, modes, a day, 0-1, a plan section; null where the town has none
    default_value string,              -- the same in the program's own files; null where they have none
    sort_no integer not null           -- order of the files, from 1
);
