"""Goals: each indicator against its target, the path to it, what is still needed, and every village; a passed one by its final account."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame, tables, trends
from pages.components.tables import Column
from pages.data import indicator_status
from pages.summaries import action_list, goal_text
from pages.text import formatting, labels
from pages.text.statuses import STATUSES, word_of

view = page_frame.open_view("goals")
figures = view.figures
place = "town" if view.village_id is None else "village"


def of_place(rows: list[dict]) -> list[dict]:
    """Return the rows of the village chosen; those of the town as they are."""
    return rows if place == "town" else view.chosen(rows)


def indicator_name(row: dict) -> str:
    """Return the name of a goal's indicator, and what came of it or is still needed."""
    return f'{html.escape(labels.share_name(row["indicator"]))}<div class="quiet">{html.escape(goal_text.outcome(row))}</div>'


def goal_status(row: dict) -> str:
    """Return the status of a goal by sign, word and colour."""
    status = STATUSES[row["status"]]
    return tables.status_html(status, word_of(status, row["indicator"], row["denominator"]))


def actual(row: dict) -> str:
    """Return the share of a goal with its parts, which open the list of the goal's day."""
    return drilldown_links.share(view, row["indicator"], row["numerator"], row["denominator"], day=row["as_of"])


goals = goal_text.rows(figures, view.village_id)
scores = {row["goal_year"]: row["score"] for row in of_place(figures.ask("goal_scores", place))}
years = list(dict.fromkeys(row["goal_year"] for row in goals))
of_year = {year: [row for row in goals if row["goal_year"] == year] for year in years}
goal_days = {year: year_goals[0]["goal_on"] for year, year_goals in of_year.items()}
is_over = {year: goal_days[year] <= view.day for year in years}
sentences = [formatting.goals_sentence(year, scores.get(year) if is_over[year] else None, of_year[year]) for year in years]
page_frame.heading(_("目标进展"), view, "".join(sentences))
in_force = figures.goal()
st.caption(
    _("各页、各文件里的“滞后”都按同一张清单判定：{year}年目标的 {count} 项指标，见下表。").format(
        year=in_force[0]["goal_year"], count=len(in_force)
    )
    + _(
        "判定规则：实际≥目标为“达标”，实际≥目标的95%为“接近”，其余为“滞后”，分母为0为“无数据”。得分=Σ权重×min（实际÷目标，1）÷Σ权重，只算有数据的指标。"
    )
)

if view.may("pages", "declared"):
    st.html(drilldown_links.anchor(drilldown_links.to("declared", view), _("核对全部指标的申报数"), _("打开“申报核对”页")))
plans = {(row["goal_year"], row["indicator"]): row["plan"] for row in figures.common("goals")}
for year in years:
    title = _("{year}年目标：{day} 的终期结果") if is_over[year] else _("{year}年目标：到 {day} 还有 {left} 天")
    chart_blocks.section_heading(
        title.format(year=year, day=goal_days[year], left=(goal_days[year] - view.day).days),
        _("按目标日的情况计算，与页面上选的日期无关") if is_over[year] else _("下面是 {day} 的情况和还需要的进度").format(day=view.day),
        drilldown_links.table_export(view, "goals,goal_scores", "town") if is_over[year] else "",
    )
    tables.rows_table(
        of_year[year],
        [
            Column(_("指标"), indicator_name),
            Column(_("状态"), goal_status),
            Column(_("实际"), actual, is_figure=True),
            Column(_("目标"), lambda row: formatting.percent(row["target"]), is_figure=True),
            Column(_("权重"), lambda row: str(row["weight"]), is_figure=True),
            Column(_("方案条款"), lambda row: plans[row["goal_year"], row["indicator"]]),
        ],
        look="stack",
    )
    if not is_over[year] and goal_days[year].year == view.day.year:
        counts = {name: len(figures.rows_behind("visits", f"target_{name}", view.village_id)) for name in ("in_reach", "out_of_reach")}
        links = {name: drilldown_links.figure(view, "visits", f"target_{name}", count) for name, count in counts.items()}
        st.html("<p>" + _("年底前还来得及满应访次数的儿童 {in_reach} 人，已来不及的 {out_of_reach} 人。").format(**links) + "</p>")

year = st.segmented_control(_("目标年"), years, default=in_force[0]["goal_year"], key="goal_year", required=True)
indicators = [row["indicator"] for row in of_year[year]]


def village_goal(row: dict) -> str:
    """Return a village's share of an indicator in the colour of its status, with its parts."""
    parts = drilldown_links.parts(view, row["indicator"], row["numerator"], row["denominator"], day=row["as_of"], village=row["village"])
    status = tables.status_html(STATUSES[row["status"]], formatting.percent(row["actual"]))
    nobody = word_of(STATUSES[row["status"]], row["indicator"], row["denominator"])
    return f'{status}<div class="quiet">{parts if row["denominator"] else nobody}</div>'


def draw_villages() -> None:
    """Show every village against every indicator of the goal year."""
    village_goals = [row for row in goal_text.rows(figures, by="village") if row["goal_year"] == year]
    village_scores = {row["village_id"]: row["score"] for row in figures.ask("goal_scores", "village") if row["goal_year"] == year}
    chart_blocks.section_heading(
        _("{year}年目标：各村（社区）×各项指标").format(year=year),
        _("{day} 的实际值，差得最多的在最上面；点数字看名单").format(day=of_year[year][0]["as_of"]),
        drilldown_links.table_export(view, "goals,goal_scores") if is_over[year] else "",
    )
    lines = []
    standings = indicator_status.of_goals(view.chosen(village_goals))
    order = indicator_status.by_need(standings)
    for village_id in order[tables.part(len(order), chart_blocks.MOST, "all_goals")]:
        by_indicator = {row["indicator"]: row for row in village_goals if row["village_id"] == village_id}
        score, name = village_scores.get(village_id), html.escape(by_indicator[indicators[0]]["village"])
        met = _("达标 {met}/{count}").format(met=sum(row["status"] == "met" for row in by_indicator.values()), count=len(by_indicator))
        score_cell = f'{"—" if score is None else f"{score * 100:.1f}"}<div class="quiet">{met}</div>'
        first = [name, *([score_cell] if is_over[year] else []), action_list.count_behind(standings[village_id])]
        lines.append([*first, *(village_goal(by_indicator[code]) for code in indicators)])
    headings = [_("村（社区）"), *([_("得分")] if is_over[year] else []), _("滞后指标"), *map(labels.share_name, indicators)]
    tables.table(headings, lines, tuple(range(1, len(headings))), "stack narrow")


goals_of_year = {row["indicator"]: row for row in of_year[year]}
page_frame.details({"villages": (_("各村（社区）×各项指标"), draw_villages)} | trends.part(view, indicators, goals_of_year))
page_frame.definition(view, "goals", "goal_scores", "coverage", "duties", "visits", "eligibility", "needs")
