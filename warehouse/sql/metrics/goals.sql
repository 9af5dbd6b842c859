-- zh: 各目标在其目标日的完成情况：达标（实际≥目标）、接近（实际≥0.95×目标）、滞后、无数据（分母为 0）。目标、权重由镇里设定。粒度：每组、目标年、指标一行；比率 0–1。依据方案 1。
-- en: Every goal on its own day: met (actual >= target), close (actual >= 0.95 x target), behind, no figure (denominator 0).
-- en: Targets and weights are settings of the town. Grain: one row per group, goal year and indicator. Shares 0-1. Plan 1.
select
    i.*, g.goal_year, g.target, g.weight,
    case
        when i.actual is null then 'no_figure'
        when i.actual >= g.target then 'met'
        when i.actual >= 0.95 * g.target then 'close'
        else 'behind'
    end as status,
    g.sort_no
from goals as g
inner join indicators_figures as i on i.indicator = g.indicator
where g.as_of = $as_of
