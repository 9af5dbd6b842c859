-- zh: 目标所用的各项指标在统计日的分子与分母，全镇及各村。粒度：每组、每指标一行；单位：计数，比率 0–1。依据方案 1。
-- en: Numerator and denominator on the day of every indicator that goals use, for the town and each village.
-- en: Grain: one row per group and indicator. Unit: counts, share 0-1. Plan 1.
with parts as (
    select grp, village_id, 'coverage_share_1_3' as indicator, covered_1_3 as numerator, in_scope_1_3 as denominator
    from coverage_figures
    union all
    select grp, village_id, 'coverage_share_4_6' as indicator, covered_4_6 as numerator, in_scope_4_6 as denominator
    from coverage_figures
    union all
    select grp, village_id, 'conforming_share' as indicator, conforming as numerator, covered as denominator
    from coverage_figures
    union all
    select grp, village_id, 'visit_target_share' as indicator, on_pace as numerator, due_children as denominator
    from visits_figures
    union all
    select grp, village_id, 'eligibility_valid_share' as indicator, eligible as numerator, registered as denominator
    from eligibility_figures
    union all
    select grp, village_id, 'needs_resolved_share' as indicator, resolved as numerator, raised as denominator
    from needs_figures
    union all
    select grp, village_id, 'training_share' as indicator, trained as numerator, helpers as denominator
    from duties_figures
    union all
    select grp, village_id, 'card_share' as indicator, carded as numerator, helpers as denominator from duties_figures
    union all
    select grp, village_id, 'care_share' as indicator, care_held as numerator, care_due as denominator
    from duties_figures
    union all
    select grp, village_id, 'ledgers_complete_share' as indicator, ledgers_declared as numerator, ledgers_expected as denominator
    from duties_figures
    union all
    select grp, village_id, 'field_complete_share' as indicator, fields_filled as numerator, fields_required as denominator
    from duties_figures
    union all
    select grp, village_id, 'annual_update_share' as indicator, villages_updated as numerator, villages as denominator
    from duties_figures
)
select grp, village_id, 0 as class_no, indicator, numerator, denominator, share_of(numerator, denominator) as actual
from parts
where grp in ('town', 'village')
