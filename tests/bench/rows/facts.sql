-- State facts of the invented children: four ledgers a village, about one child in ten missing from each.
create temp table named as
select n, v, child_id, village_id, class_no, other_class_no, listed_on, turn, ledger_day(turn, v) as ledger_on, hash(n, turn) as chance
from range(1, 5) as t(turn), invented
where hash(n, turn, 20) % 10 > 0 or turn = 4
union all
select n, v + 1, child_id, village_code((v + 1) % getvariable('villages')), class_no, other_class_no, listed_on, 3, ledger_day(3, v + 1), hash(n, 3)
from invented
where part(n, 10) = 0;

create temp table named_days as
select child_id, ledger_on,
    coalesce(lag(ledger_on) over days, date '0001-01-01') as before_on, coalesce(lead(ledger_on) over days, date '9999-12-31') as holds_before
from (select distinct child_id, ledger_on from named)
window days as (partition by child_id order by ledger_on);

create temp macro lost_or_absent(chance) as [
    'deceased', 'missing', 'severe_disability', 'serious_illness', 'imprisoned', 'rehabilitation', 'other_custody', 'lost_contact',
    'guardianship_revoked', 'deported', 'working_away', 'unable', 'at_home', null
][1 + cast(chance as integer)];
create temp macro parent_status(class_no, chance) as case
    when class_no = 1 then case when chance % 20 < 16 then null when chance % 20 < 19 then 'deceased' else 'at_home' end
    when class_no = 2 then lost_or_absent(case when chance % 100 < 92 then chance % 10 else chance % 14 end)
    when class_no = 6 then case when chance % 20 < 18 then 'working_away' else lost_or_absent(chance % 14) end
    when chance % 10 < 8 then 'at_home'
    else 'working_away' end;

insert into child_facts by name
select f.child_id, f.village_id, f.ledger_on,
    case when d.before_on = date '0001-01-01' then d.before_on else f.ledger_on end as holds_from, d.holds_before,
    'f' || v || '/1' as sheet_id, 5 + n % 300 as row_no,
    code('household', v * 1000 + n // 2) as household_id,
    case when part(n, 21) < 950 then 'rural' when part(n, 21) < 990 then 'urban' end as hukou_kind,
    case when class_no = 3 then ['physical', 'intellectual', 'mental', 'vision hearing', null][1 + part(n, 22) % 5] end as disability_type,
    case when class_no = 3 then 1 + part(n, 23) % 4 end as disability_level,
    case when class_no = 3 and part(n, 24) < 600 then date '2024-01-01' + part(n, 25) * 4 end as disability_card_until,
    case when class_no = 3 and part(n, 26) < 400 then 5000 + part(n, 27) * 50 end as illness_cost,
    case when class_no = 3 and part(n, 26) < 400 then 2021 + part(n, 28) % 5 end as illness_year,
    case when (class_no in (3, 4) or other_class_no = 4) and chance % 50 > 0 then date '2020-01-01' + part(n, 29) end as dibao_from,
    case when class_no in (3, 4) and part(n, 30) < 120 then date '2024-06-01' + part(n, 31) end as dibao_until,
    f.ledger_on - part(n, 32) as dibao_reviewed_on,
    parent_status(class_no, chance // 7) as father_status,
    case when chance % 100 > 3 then f.ledger_on - (10 + part(n, 33)) end as father_since,
    case when part(n, 34) < 60 then f.ledger_on + part(n, 35) end as father_until,
    parent_status(class_no, chance // 7000) as mother_status,
    case when chance % 100 > 2 then f.ledger_on - (10 + part(n, 36)) end as mother_since,
    case when part(n, 37) < 60 then f.ledger_on + part(n, 38) end as mother_until,
    case when class_no = 5 and part(n, 39) < 960 then ['divorce', 'widowed', 'single_parent', 'abuse', 'accident'][1 + part(n, 40) % 5] end as event_kind,
    case when class_no = 5 and part(n, 41) < 900 then f.ledger_on - part(n, 42) // 2 end as reviewed_on,
    true as has_child_name, part(n, 43) > 5 as has_id_number, part(n, 3) < 998 as has_sex, part(n, 1) >= 5 as has_born_on,
    part(n, 44) > 9 as has_household_head, true as has_class_no, true as has_village_name, chance % 100 > 3 as has_address,
    chance % 90 > 3 as has_school, part(n, 21) < 990 as has_hukou_kind, part(n, 22) % 5 < 4 as has_disability_type,
    part(n, 23) > 9 as has_disability_level, part(n, 26) < 400 as has_illness_name, part(n, 26) < 400 as has_illness_cost,
    part(n, 26) < 400 as has_illness_year, part(n, 29) > 20 as has_dibao_no, chance % 50 > 0 as has_dibao_from,
    part(n, 45) > 3 as has_father_status, chance % 100 > 3 as has_father_since, part(n, 46) > 3 as has_mother_status,
    chance % 100 > 2 as has_mother_since, part(n, 39) < 960 as has_event_kind, part(n, 41) < 900 as has_reviewed_on,
    part(n, 47) > 8 as has_guardian_name, part(n, 48) > 8 as has_guardian_relation, chance % 70 > 1 as has_guardian_phone,
    part(n, 49) > 8 as has_listed_on
from named as f
inner join named_days as d on d.child_id = f.child_id and d.ledger_on = f.ledger_on
order by f.turn, f.v, f.n;
