-- zh: 目标年得分＝Σ 权重×min(实际÷目标, 1) ÷ Σ 权重，只计有数据的指标。粒度：每组、目标年一行；单位：0–1。依据方案 1。
-- en: Score of a goal year = sum of weight x min(actual / target, 1) / sum of weight, over the indicators that have a figure.
-- en: Grain: one row per group and goal year. Unit: 0-1. Plan 1.
-- Added up as decimals: a sum of floats differs in its last digit with the order of its rows, mart and live would differ.
select
    grp, village_id, class_no, goal_year,
    share_of(
        sum(case when actual is not null then cast(weight * least(actual / target, 1) as decimal(30, 15)) end),
        sum(case when actual is not null then weight end)
    ) as score
from goals_figures
group by grp, village_id, class_no, goal_year
