"""Goals: 2023 and 2025, each indicator against its target, the path to it, what is still needed, and every village.

A goal whose day lies after the day looked at is shown as things stand on that day; one that has passed by its final account.
"""

import html

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, page_frame
from pages.summaries import goal_text
from pages.text import formatting, labels, statuses

view = page_frame.open_view("goals")
figures = view.figures
place = "town" if view.village_id is None else "village"


def of(rows: list[dict]) -> list[dict]:
    """Rows of the village chosen; those of the town as they are."""
    return rows if place == "town" else view.chosen(rows)


def as_things_stand(rows: list[dict], by: str) -> list[dict]:
    """Goals with the figures of the day looked at in place of those of a day still to come."""
    now = {(row.get("village_id"), row["indicator"]): row for row in figures.ask("indicators", by)}
    return [goal_text.standing(row, now[row.get("village_id"), row["indicator"]], view.day) for row in rows]


rows = as_things_stand(of(figures.ask("goals", place)), place)
scores = {row["goal_year"]: row["score"] for row in of(figures.ask("goal_scores", place))}
years = sorted({row["goal_year"] for row in rows})
of_year = {year: [row for row in rows if row["goal_year"] == year] for year in years}
goal_days = {year: own[0]["goal_on"] for year, own in of_year.items()}
told = [formatting.goals_sentence(year, scores.get(year) if goal_days[year] <= view.day else None, own) for year, own in of_year.items()]
page_frame.heading(_("目标进展"), view, "".join(told))
st.caption(
    _(
        "判定规则：实际≥目标为“达标”，实际≥目标的95%为“接近”，其余为“滞后”，分母为0为“无数据”。得分=Σ权重×min（实际÷目标，1）÷Σ权重，只算有数据的指标。"
    )
)
plans = {(row["goal_year"], row["indicator"]): row["plan"] for row in figures.common("goals")}
for year, own in of_year.items():
    is_ahead = view.day < goal_days[year]
    title = _("{year}年目标：到 {day} 还有 {left} 天") if is_ahead else _("{year}年目标：{day} 的终期结果")
    chart_blocks.section_heading(
        title.format(year=year, day=goal_days[year], left=(goal_days[year] - view.day).days),
        _("下面是 {day} 的情况和还需要的进度").format(day=view.day) if is_ahead else _("按目标日的情况计算，与页面上选的日期无关"),
        "" if is_ahead else drilldown_links.take_tables(view, "goals,goal_scores", "town"),
    )
    lines = [
        [
            f'{html.escape(labels.share_name(row["indicator"]))}<div class="quiet">{html.escape(goal_text.says(row))}</div>',
            drilldown_links.share(view, row["indicator"], row["numerator"], row["denominator"], day=row["as_of"]),
            formatting.percent(row["target"]),
            page_frame.status_mark(statuses.STATUSES[row["status"]]),
            str(row["weight"]),
            plans[year, row["indicator"]],
        ]
        for row in own
    ]
    page_frame.table([_("指标"), _("实际"), _("目标"), _("状态"), _("权重"), _("方案条款")], lines, right=(1, 2, 4))
    if is_ahead and goal_days[year].year == view.day.year:
        visits = {name: len(figures.rows_behind("visits", f"target_{name}", view.village_id)) for name in ("in_reach", "out_of_reach")}
        shown = {name: drilldown_links.figure(view, "visits", f"target_{name}", count) for name, count in visits.items()}
        st.html("<p>" + _("年底前还来得及满应访次数的儿童 {in_reach} 人，已来不及的 {out_of_reach} 人。").format(**shown) + "</p>")
page_frame.definition(view, "goals", "goal_scores", "coverage", "duties", "visits", "eligibility", "needs")

year = st.segmented_control(_("目标年"), years, default=years[-1], key="goal_year", required=True)
known = [row["indicator"] for row in of_year[year]]
indicator = st.selectbox(
    _("看哪项指标的走势"),
    known,
    index=known.index("coverage_share_1_3") if "coverage_share_1_3" in known else 0,
    key="indicator",
    format_func=labels.share_name,
    placeholder=_("请选择"),
)
goal = next(row for row in of_year[year] if row["indicator"] == indicator)
days = [row["as_of"] for row in figures.common("snapshot_days") if row["as_of"] <= goal["as_of"]]
values = [next((row["actual"] for row in of(figures.ask("indicators", place, day)) if row["indicator"] == indicator), None) for day in days]
given = [value for value in values if value is not None]
title = _("{name}：从 {first} 到 {last}，目标 {target}").format(
    name=labels.share_name(indicator),
    first=formatting.percent(given[0]) if given else "—",
    last=formatting.percent(given[-1]) if given else "—",
    target=formatting.percent(goal["target"]),
)
spoken = title + ": " + "; ".join(f"{day:%Y-%m} {formatting.percent(value)}" for day, value in zip(days, values, strict=True))
chart_blocks.chart(
    plotly_charts.path_to_target(days, values, goal["goal_on"], goal["target"]),
    title,
    _("每月末的实际值；虚线为从第一个数到目标的直线"),
    spoken,
    key="path",
    take=drilldown_links.take_chart(view, "path", indicator),
)

matrix = as_things_stand([row for row in figures.ask("goals", "village") if row["goal_year"] == year], "village")
final_scores = {row["village_id"]: row["score"] for row in figures.ask("goal_scores", "village") if row["goal_year"] == year}
village_scores = final_scores if goal_days[year] <= view.day else {}
chart_blocks.section_heading(
    _("{year}年目标：各村（社区）×各项指标").format(year=year),
    _("{day} 的实际值，差得最多的在最上面；点数字看名单").format(day=goal["as_of"]),
    drilldown_links.take_tables(view, "goals,goal_scores") if goal_days[year] <= view.day else "",
)
lines = []
for code in goal_text.neediest_first(view.chosen(matrix)):
    by_indicator = {row["indicator"]: row for row in matrix if row["village_id"] == code}
    name = by_indicator[known[0]]["village"]
    line = [html.escape(name), "—" if village_scores.get(code) is None else f"{village_scores[code] * 100:.1f}"]
    for one in known:
        row = by_indicator[one]
        state = statuses.STATUSES[row["status"]]
        parts = drilldown_links.parts(view, one, row["numerator"], row["denominator"], day=row["as_of"], village=name)
        line.append(
            page_frame.status_html(state, formatting.percent(row["actual"]))
            + f'<div class="quiet">{parts if row["denominator"] else ""}</div>'
        )
    lines.append(line)
page_frame.table([_("村（社区）"), _("得分"), *map(labels.share_name, known)], lines, right=tuple(range(1, 2 + len(known))))
