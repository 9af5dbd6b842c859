-- One-line functions that the steps and metrics call, as macros of DuckDB: what differs between engines is here alone.
create or replace macro add_days(day_on, days) as cast(day_on + cast(days as integer) as date);
create or replace macro add_months(day_on, months) as cast(day_on + to_months(cast(months as integer)) as date);
create or replace macro add_years(day_on, years) as cast(day_on + to_years(cast(years as integer)) as date);
create or replace macro days_between(first_on, last_on) as cast(date_diff('day', first_on, last_on) as integer);
create or replace macro year_of(day_on) as cast(extract(year from day_on) as integer);
create or replace macro year_begins(day_on) as make_date(year_of(day_on), 1, 1);
create or replace macro year_ends(day_on) as make_date(year_of(day_on), 12, 31);
create or replace macro in_force(started_on, ended_on, day_on) as (started_on <= day_on and (ended_on is null or day_on < ended_on));
create or replace macro holds_until(until_on, day_on) as (until_on is null or day_on <= until_on);
create or replace macro has_begun(since_on, day_on) as (since_on is null or since_on <= day_on);
create or replace macro is_under(born_on, years, day_on) as (day_on <= add_years(born_on, years));
create or replace macro is_lost(status) as (status in ('deceased', 'missing'));
create or replace macro is_absent(status) as (status in ('severe_disability', 'serious_illness', 'imprisoned', 'rehabilitation', 'other_custody', 'lost_contact', 'guardianship_revoked', 'deported'));
create or replace macro is_term(status) as (status in ('imprisoned', 'rehabilitation', 'other_custody'));
create or replace macro one_if(flag) as (case when flag then 1 else 0 end);
create or replace macro share_of(numerator, denominator) as (case when denominator > 0 then cast(numerator as double) / cast(denominator as double) end);
