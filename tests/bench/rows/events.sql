-- What happens to the invented children: helpers, pairings, covers, visits (ten a child on average), needs, care and the rest.
insert into helpers by name
select code('helper', h) as helper_id, case when part(h, 60) < 550 then 'female' else 'male' end as sex,
    ['town_staff', 'village_committee', 'county_staff', 'village_committee', 'town_staff', 'outside', null][1 + least(part(h, 61) // 150, 6)] as category,
    date '2022-06-01' + part(h, 62) as joined_on, case when part(h, 63) < 50 then date '2024-01-01' + part(h, 64) // 2 end as left_on,
    true as is_joined_stated, date '2025-12-18' as ledger_on, 'h/1' as sheet_id, 5 + h % 3000 as row_no
from range(getvariable('children') // 3 + 1) as r(h);

-- Most households share a helper; one child in ten has a second one.
insert into pairings by name
select code('pairing', n * 2 + turn) as pairing_id, child_id, code('helper', n // case when part(n, 65) < 30 then 7 else 3 end + turn * (n % 5)) as helper_id,
    village_id, listed_on + part(n, 66) // 3 as started_on, true as is_started_stated,
    case when part(n, 67) < 60 then date '2024-06-01' + part(n, 68) // 2 end as ended_on,
    ledger_day(4, v) as ledger_on, 'p' || v || '/1' as sheet_id, 5 + n % 300 as row_no
from range(2) as t(turn), invented
where part(n, 69 + turn) < [880, 100][1 + turn] and n // 3 + turn * (n % 5) <= getvariable('children') // 3;

insert into department_covers by name
select village_code(v) as village_id, '镇财政所' as department, class_no, date '2023-03-01' + part(v, 71) as started_on,
    case when part(v, 72) < 50 then date '2025-01-01' + part(v, 73) // 2 end as ended_on, date '2025-12-12' as ledger_on,
    'd/1' as sheet_id, 5 + v % 3000 as row_no
from range(getvariable('villages')) as r(v), range(4, 7) as c(class_no)
where part(v, 74) < 600;

insert into visits by name
select 'v' || turn || '-' || n as visit_id, case when part(n, turn) > 3 then child_id end as child_id, code('helper', n // 3) as helper_id, village_id,
    least(date '2023-10-01' + cast(turn * 42 + hash(n, turn, 80) % 60 as integer), ledger_day(4, v)) as visited_on,
    case when hash(n, turn, 81) % 50 > 0 then 'day' else 'month' end as visited_precision,
    ['in_person', 'in_person', 'in_person', 'in_person', 'in_person', 'in_person', 'at_school', 'phone', 'video', 'unknown'][1 + cast(hash(n, turn, 82) % 10 as integer)] as mode,
    least(date '2023-10-01' + cast(turn * 42 + hash(n, turn, 80) % 60 + hash(n, turn, 83) % 40 as integer), ledger_day(4, v)) as recorded_on,
    hash(n, turn, 84) % 3 = 0 as has_topic_health, hash(n, turn, 85) % 3 = 0 as has_topic_schooling, false as has_topic_wishes,
    code('note', hash(n, turn, 86) % 2000000) as note_key, hash(n, turn, 87) % 12 = 0 as has_problem,
    least(date '2023-12-31' + cast(turn * 42 as integer), ledger_day(4, v)) as ledger_on, 'w' || v || '/' || turn as sheet_id, 5 + n % 300 as row_no
from range(20) as t(turn), invented
where hash(n, turn, 88) % 20 < 1 + hash(n, 89) % 19
order by turn, n;

insert into needs by name
select 'n' || n as need_id, child_id, village_id, ['money', 'affection', 'schooling', 'safety', 'other'][1 + part(n, 90) % 5] as category,
    date '2023-06-01' + part(n, 91) * 9 // 10 as raised_on, true as is_raised_stated, date '2023-07-01' + part(n, 91) * 9 // 10 as due_on,
    case when part(n, 92) < 800 then date '2023-06-10' + part(n, 91) * 9 // 10 + part(n, 93) // 25 end as resolved_on,
    ledger_day(4, v) as ledger_on, 'n' || v || '/1' as sheet_id, 5 + n % 300 as row_no
from invented
where part(n, 94) < 300;

insert into trainings by name
select 't' || h || '-' || turn as training_id, code('helper', h) as helper_id, add_days(date '2023-03-01', turn * 365 + part(h, 95) // 4) as held_on,
    date '2025-12-18' as ledger_on, 't/1' as sheet_id, 5 + h % 3000 as row_no
from range(getvariable('children') // 3 + 1) as r(h), range(3) as t(turn)
where hash(h, turn, 96) % 10 < 8;

insert into policy_cards by name
select 'c' || h as card_id, code('helper', h) as helper_id, date '2023-03-01' + part(h, 97) as issued_on, date '2025-12-18' as ledger_on,
    'k/1' as sheet_id, 5 + h % 3000 as row_no
from range(getvariable('children') // 3 + 1) as r(h)
where part(h, 98) < 900;

insert into care_events by name
select 'e' || n || '-' || turn as care_id, child_id, village_id, add_days(date '2023-01-20', turn * 91 + part(n, 99) // 20) as held_on,
    ['spring_festival', 'childrens_day', 'summer_holiday', 'birthday'][1 + cast((turn + n) % 4 as integer)] as occasion,
    ledger_day(4, v) as ledger_on, 'e' || v || '/1' as sheet_id, 5 + n % 300 as row_no
from range(12) as t(turn), invented
where hash(n, turn, 100) % 10 < 3;

insert into safety_reports by name
select 'r' || n as report_id, child_id, village_id, date '2023-06-01' + part(n, 101) as found_on,
    date '2023-06-01' + part(n, 101) + part(n, 102) // 400 as reported_on, part(n, 103) < 900 as is_fed_back,
    ledger_day(4, v) as ledger_on, 'r' || v || '/1' as sheet_id, 5 + n % 300 as row_no
from invented
where part(n, 104) < 10;

insert into build_facts values ('as_of', '2025-12-20'), ('loaded_at', '2025-12-20T00:00:00+00:00');
