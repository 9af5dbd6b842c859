-- zh: 培训参与率、明白卡发放率（村：统计日在本村有结对的在岗帮扶人）；慰问落实率＝已慰问÷应慰问（人×节点）；强制报告次日内报告率；台账齐全率＝已报类别÷（村×6）；
-- zh: 必填项完整率＝已填÷应填；年度更新率＝1 月 1 日至 3 月 31 日报过儿童台账的村÷村数。粒度：每组一行；比率 0–1。依据方案 3.1、3.3。
-- en: Helpers in service trained this year and holding a policy card (a village's: those with a pairing in force there),
-- en: care held / due (child x occasion), reports made by the next day, classes declared / (villages x 6), required cells filled,
-- en: villages with a children ledger of 1 January to 31 March. Grain: one row per group. Shares 0-1. Plan 3.1, 3.3.
with helper_counts as (
    select
        grp, village_id, count(*) as helpers,
        count(case when is_trained then 1 end) as trained,
        count(case when is_carded then 1 end) as carded
    from helper_duties
    where is_there
    group by grp, village_id
),
ledger_counts as (
    select
        g.grp,
        case when g.is_by_village then l.village_id else '' end as village_id,
        cast(sum(l.reports) as bigint) as reports, cast(sum(l.reports_same_day) as bigint) as reports_same_day,
        cast(sum(l.classes_declared) as bigint) as ledgers_declared,
        cast(sum(l.classes_expected) as bigint) as ledgers_expected,
        cast(sum(l.is_updated) as bigint) as villages_updated, cast(sum(l.is_expected_to_update) as bigint) as villages
    from village_ledgers as l
    inner join figure_groups as g on not g.is_by_class
    group by g.grp, case when g.is_by_village then l.village_id else '' end
)
select
    k.grp, k.village_id, k.class_no, coalesce(h.helpers, 0) as helpers, coalesce(h.trained, 0) as trained,
    share_of(h.trained, h.helpers) as training_share, coalesce(h.carded, 0) as carded,
    share_of(h.carded, h.helpers) as card_share, coalesce(d.care_due, 0) as care_due,
    coalesce(d.care_held, 0) as care_held, share_of(d.care_held, d.care_due) as care_share,
    coalesce(r.reports, 0) as reports, coalesce(r.reports_same_day, 0) as reports_same_day,
    share_of(r.reports_same_day, r.reports) as report_same_day_share,
    coalesce(r.ledgers_declared, 0) as ledgers_declared, coalesce(r.ledgers_expected, 0) as ledgers_expected,
    share_of(r.ledgers_declared, r.ledgers_expected) as ledgers_complete_share,
    coalesce(d.fields_filled, 0) as fields_filled, coalesce(d.fields_required, 0) as fields_required,
    share_of(d.fields_filled, d.fields_required) as field_complete_share,
    coalesce(r.villages_updated, 0) as villages_updated, coalesce(r.villages, 0) as villages,
    share_of(r.villages_updated, r.villages) as annual_update_share
from group_keys as k
left join helper_counts as h on h.grp = k.grp and h.village_id = k.village_id
left join grouped_duties as d on d.grp = k.grp and d.village_id = k.village_id
left join ledger_counts as r on r.grp = k.grp and r.village_id = k.village_id
where k.grp in ('town', 'village')
