-- zh: 可能走过场的线索（仅供核查，不是结论）：同日扎堆（一名帮扶人一天走访 8 户以上）、突击走访（14 天内完成全年半数以上且全年不少于 12 日）、记录雷同（同一记录用于 3 名以上儿童或同一儿童 3 天以上）、
-- zh: 恰好六次（10 名以上儿童中八成正好 6 次）、补录过晚（超过 30 天）、不可能的走访（报送日之后、纳入前、退出后、结对前）、毫无发现（1–2 类儿童走访 6 次以上而从无问题、困难或心愿）。
-- zh: 粒度：统计日当年每条线索、每村一行；单位：所依据的记录数。依据方案 4。
-- en: Signs of going through the motions, to check and never a verdict: same_day_bunch, year_end_burst, copied_note, exactly_six,
-- en: late_entry, impossible_visit, no_yield, in the year of the day. Grain: one row per lead and village. Unit: rows behind it. Plan 4.
select
    g.grp, r.village_id, 0 as class_no, r.lead_code as lead, count(*) as rows, min(r.day_on) as since,
    max(r.day_on) as until
from lead_rows as r
inner join figure_groups as g on not g.is_by_class
left join villages as v on v.village_id = r.village_id
where v.village_id is not null or not g.is_by_village
group by g.grp, r.village_id, r.lead_code
