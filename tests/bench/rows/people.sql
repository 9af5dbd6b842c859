-- Invented villages, children, memberships and facts of the size set in the variables children and villages.
-- Everything follows from row numbers by hash, so a size always gives the same rows.
create temp macro part(n, salt) as cast(hash(n, salt) % 1000 as integer);
create temp macro code(kind, n) as left(md5(kind || n), 20);
create temp macro village_code(v) as cast(650000 + v // 360 as varchar) || (100 + v // 12 % 30) || (200 + v % 12);
create temp macro ledger_day(turn, v) as [date '2023-12-18', date '2024-03-15', date '2025-03-10', date '2025-12-12'][turn] + cast(v % 10 as integer);

insert into villages by name
select village_code(v) as village_id, '村' || v as name, 'village' as kind, v % 10 = 0 as is_key_village,
    110 + v % 200 / 100 as longitude, 30 + v // 200 / 100 as latitude, v + 1 as sort_no
from range(getvariable('villages')) as r(v);

-- Villages of unequal size: the first holds about eight times as many as the last.
create temp table invented as
with placed as (
    select n, cast(floor(getvariable('villages') * pow(n / getvariable('children'), 1.25)) as bigint) as v
    from range(getvariable('children')) as r(n)
)
select
    n, v, code('child', n) as child_id, village_code(v) as village_id,
    case when part(n, 1) >= 5 then date '2006-01-01' + cast(hash(n, 2) % 6200 as integer) end as born_on,
    case when part(n, 3) < 499 then 'female' when part(n, 3) < 998 then 'male' end as sex,
    [1, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6][1 + part(n, 4) % 20] as class_no,
    case when part(n, 5) < 100 then 4 when part(n, 5) < 150 then 6 end as other_class_no,
    date '2022-09-01' + cast(case when part(n, 6) < 700 then hash(n, 7) % 400 else hash(n, 7) % 1150 end as integer) as listed_on,
    case when part(n, 8) < 80 then date '2024-01-01' + cast(hash(n, 9) % 730 as integer) end as delisted_on,
from placed;

insert into children by name
select child_id, born_on, case when born_on is not null then 'day' end as born_precision, sex, 'valid' as id_state,
    'f' || v || '/1' as sheet_id, 5 + n % 300 as row_no, village_id, ledger_day(4, v) as ledger_on
from invented;

-- One child in a thousand stands in the next village's ledger too.
insert into memberships by name
with held as (
    select child_id, v, class_no, n, listed_on, delisted_on from invented
    union all
    select child_id, v, other_class_no, n, listed_on, delisted_on from invented where other_class_no <> class_no
    union all
    select child_id, (v + 1) % getvariable('villages'), class_no, n, listed_on + 200, delisted_on from invented where part(n, 10) = 0
)
select child_id, village_code(v) as village_id, class_no, listed_on, case when listed_on < delisted_on then delisted_on end as delisted_on,
    true as is_listed_stated, true as is_delisted_stated, ledger_day(1, v) as first_named_on, ledger_day(4, v) as last_named_on,
    'f' || v || '/1' as sheet_id, 5 + n % 300 as row_no
from held;

insert into ledger_declarations by name
select village_code(v) as village_id, class_no, ledger_day(turn, v) as ledger_on, false as is_zero, 'f' || v || '/1' as sheet_id
from range(getvariable('villages')) as r(v), range(1, 7) as c(class_no), range(1, 5) as t(turn)
where hash(v, class_no, turn) % 50 > 0;

insert into ledger_sheets by name
select 'f' || v || '/' || turn as sheet_id, 'f' || v as file_id, v || '.xlsx' as file, '儿童台账' as sheet, 'children' as ledger,
    'loaded' as state, village_code(v) as village_id, ledger_day(turn, v) as ledger_on, 'sheet' as ledger_on_source, false as is_hidden,
    30 as rows_seen, 30 as rows_loaded, 0 as rows_set_aside, 0 as rows_not_data
from range(getvariable('villages')) as r(v), range(1, 5) as t(turn);
