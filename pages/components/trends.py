"""A share over all months and on the days compared: of the place chosen, or of some villages side by side."""

import datetime as dt
import html
from functools import partial

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, page_frame, tables, url_state
from pages.data import measures
from pages.data.queries import months_before
from pages.text import formatting, labels
from pages.text.masked_count import is_hidden
from warehouse import row_access

MOST = 4  # villages side by side


def part(view: page_frame.View, shares: list[str], goals: dict[str, dict] | None = None) -> page_frame.Details:
    """Return the part of a page's details that shows how its shares moved."""
    return {"trend": (_("走势与对比"), partial(_section, view, shares, goals))}


def _section(view: page_frame.View, shares: list[str], goals: dict[str, dict] | None) -> None:
    """Show how one of the shares of a page moved, and all of them for villages side by side; both choices are in the link.

    With `goals`, by share, the target is that of the goal, and the straight way to it from the first figure is drawn too.
    """
    chart_blocks.section_heading(_("走势与对比"), _("每月末，从最早的台账起；可选几个村（社区）并排看"))
    left, right = st.columns(2)
    with left:
        share = url_state.url_select("trend", _("看哪项"), shares, labels.share_name, shares[0])
    names = {row["village_id"]: row["name"] for row in view.figures.villages()}
    with right:
        text = _("并排比较的村（社区），最多 {most} 个").format(most=MOST)
        beside = url_state.url_multiselect("beside", text, list(names), names.__getitem__, most=MOST) if len(names) > 1 else []
    places: dict[str | None, str] = {code: names[code] for code in beside} or {view.village_id: view.village}
    if None not in places and row_access.is_whole(view.user.scope):
        places[None] = _("全镇")
    days = sorted({*view.figures.months(), view.day})
    group = measures.group_of(share, view.group)
    series = {name: [_ratio(view, share, code, group, day) for day in days] for code, name in places.items()}
    link = "" if group or beside else drilldown_links.chart_export(view, "path", share)
    target, goal_day = view.figures.target(f"{share}_{group}" if group else share), None
    if goals:
        target, goal_day = goals[share]["target"], goals[share]["goal_on"]
    line(measures.name(share, group), days, series, _("截至每月末"), "trend_lines", target, goal_day, link)
    if beside:
        lines = [
            [html.escape(measures.name(code, view.group)), *(_cell(view, code, place, view.day) for place in places)] for code in shares
        ]
        tables.table([_("指标"), *places.values()], lines, tuple(range(1, len(places) + 1)))
    compared = sorted({months_before(view.day, 12), months_before(view.day, 1), view.figures.before, view.day})
    lines = [[html.escape(name), *(_cell(view, share, place, day) for day in compared)] for place, name in places.items()]
    tables.table([labels.share_name(share), *map(str, compared)], lines, tuple(range(1, len(compared) + 1)))


def line(
    measure: str,
    days: list[dt.date],
    series: dict[str, list[float | None]],
    subtitle: str,
    key: str,
    target: float | None = None,
    goal_day: dt.date | None = None,
    export_link: str = "",
) -> None:
    """Show a measure of places on days as lines, under a title that says how the first of them moved."""
    first, values = next(iter(series.items()))
    title = plotly_charts.line_title(f"{first}{formatting.mark('：')}{measure}", values)
    if target is not None:
        subtitle += _("，虚线为目标") if goal_day is None else _("，虚线为目标、从第一个数到目标的直线")
    items = [f"{day:%Y-%m} {formatting.percent(value)}" for day, value in zip(days, values, strict=True)]
    figure = plotly_charts.share_lines(days, series, target, goal_day)
    text = plotly_charts.alternative_text(title, items)
    chart_blocks.chart(
        figure,
        title,
        subtitle + _("；点一个点看那一天"),
        text,
        key,
        export_link,
        lambda point: chart_blocks.choose_day(dt.date.fromisoformat(point["x"][:10])),
    )


def _ratio(view: page_frame.View, share: str, village_id: str | None, group: str, day: dt.date) -> float | None:
    """Return a share of a place on a day; None where it has none, or nobody reported."""
    ratio = formatting.ratio(*measures.parts_of(view.figures.on(day), share, village_id, group))
    return None if is_hidden(ratio) else ratio


def _cell(view: page_frame.View, share: str, village_id: str | None, day: dt.date) -> str:
    group = measures.group_of(share, view.group)
    parts = measures.parts_of(view.figures.on(day), share, village_id, group)
    village = view.figures.village_names()[village_id] if village_id else _("全镇")
    return drilldown_links.share(view, share, *parts, day=day, village=village)
