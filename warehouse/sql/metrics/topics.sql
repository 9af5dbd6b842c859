-- zh: 在范围内儿童今年到统计日计入的走访（儿童×日）中，台账写有走访内容的；其中八项内容各谈到的次数；比率＝谈到÷写有内容的走访。
-- zh: 粒度：每组、每项内容一行；单位：人次，比率 0–1。依据方案 3.2.1。
-- en: Counted visit-days of the year up to the day to children in scope whose ledger says anything of topics, and on how many of
-- en: them each of the eight topics is ticked. Grain: one row per group and topic. Unit: visits, share 0-1. Plan 3.2.1.
with topics as (
    select topic
    from (values
        ('family'), ('guardianship'), ('health'), ('parents'), ('policy'), ('safety'), ('schooling'), ('wishes')
    ) as words (topic)
),
grouped as (
    select g.grp, case when g.is_by_village then d.village_id else '' end as village_id, d.child_id, d.topics
    from topic_days as d
    inner join figure_groups as g on not g.is_by_class
),
counts as (
    select
        k.grp, k.village_id, k.class_no, t.topic, count(d.child_id) as visits,
        count(case when d.topics like '%' || t.topic || '%' then 1 end) as with_topic
    from group_keys as k
    cross join topics as t
    left join grouped as d on d.grp = k.grp and d.village_id = k.village_id
    where k.grp in ('town', 'village')
    group by k.grp, k.village_id, k.class_no, t.topic
)
select *, share_of(with_topic, visits) as topic_share from counts
