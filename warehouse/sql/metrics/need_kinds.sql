-- zh: 截至统计日提出的困难按问题类别计（不认识的词算其他）：提出、未办结、超期、已办结、经过会商；办结率＝已办结÷提出。村和类别的归属同“困难问题”。
-- zh: 粒度：每组、每类问题一行；单位：件，比率 0–1。依据方案 3.2.2。
-- en: Difficulties raised up to the day by kind (unknown words: other): raised, open, overdue, resolved, gone to a joint meeting.
-- en: Villages and classes as for difficulties. Grain: one row per group and kind. Unit: needs, share 0-1. Plan 3.2.2.
with kinds as (
    select category
    from (values ('affection'), ('money'), ('other'), ('safety'), ('schooling')) as words (category)
)
select
    k.grp, k.village_id, k.class_no, c.category, count(n.need_id) as raised,
    count(case when not n.is_resolved then 1 end) as open,
    count(case when n.is_overdue then 1 end) as overdue,
    count(case when n.is_resolved then 1 end) as resolved,
    count(case when n.is_joint_meeting then 1 end) as joint_meetings,
    share_of(count(case when n.is_resolved then 1 end), count(n.need_id)) as needs_resolved_share
from group_keys as k
cross join kinds as c
left join grouped_needs as n
    on n.grp = k.grp and n.village_id = k.village_id and n.class_no = k.class_no and n.category = c.category
group by k.grp, k.village_id, k.class_no, c.category
