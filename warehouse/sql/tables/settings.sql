-- One row per setting and item with its value when the build was made (settings.toml), so that figures need nothing else.
create table settings (
    name string not null,              -- illness_cost | level_3_mental | counted_mode | birthday_grace_days
    item string not null,              -- year, mode, or 'default'
    value double not null              -- yuan, 0 or 1, days
);
