"""Charts and maps under their heading, with alternative text and nothing fetched."""

import datetime as dt
import html
import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from locales import _
from pages.charts import plotly_charts, plotly_map
from pages.components import drilldown_links, tables
from pages.components.page_frame import View
from pages.data import measures
from pages.text import formatting
from pages.text.masked_count import is_hidden, is_withheld
from warehouse.metrics import registry

_CLICKED = "map_clicked"
MOST = 20  # villages that a chart draws before the others are behind a switch


def section_heading(title: str, subtitle: str, export_link: str = "") -> None:
    """Show the title and subtitle of a chart or table, and the link to its export (drilldown_links.chart_export, table_export)."""
    export = f'<span class="off-paper"> · {export_link}</span>' if export_link else ""
    st.html(f"<h2>{formatting.unbroken(title)}</h2><div>{formatting.unbroken(subtitle)}{export}</div>")


def chart(
    figure: dict | Callable[[], dict],
    title: str,
    subtitle: str,
    alternative_text: str,
    key: str,
    export_link: str = "",
    on_press: Callable[[dict], None] | None = None,
) -> None:
    """Show a chart under a title that states the finding and a subtitle that names measure, unit and day.

    A figure that is a function is drawn below them, with the switch that it may have. A press on a bar, cell or point of it calls `on_press` with what plotly tells of it, before the page runs again.
    """

    def press() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points and on_press:
            on_press(points[0])

    section_heading(title, subtitle, export_link)
    answer: dict[str, Any] = {"on_select": press, "selection_mode": "points"} if on_press else {}
    drawing = figure() if callable(figure) else figure
    if all(value is None for trace in drawing["data"] for value in trace["x" if trace.get("orientation") else "y"]):
        return  # the title says that there is no figure
    st.plotly_chart(drawing, key=key, config=plotly_charts.config(), alt=alternative_text, **answer)


def choose_day(day: dt.date) -> None:
    """Turn all pages to a day, in an answer to a press."""
    st.session_state["as_of"] = day


def steps(lines: list[tuple[str, int, str]]) -> None:
    """Show steps, each a part of the one before, as bars of the first: (name, count, the count as markup that opens its list)."""
    first = lines[0][1] if lines else 0
    cells = [
        [
            html.escape(name),
            link if is_hidden(count, first) else f"{link} · {formatting.percent(formatting.ratio(count, first))}{tables.bar(count, first)}",
        ]
        for name, count, link in lines
    ]
    tables.table([_("步骤"), _("儿童人数")], cells, right=(1,))


def village_bars(view: View, share: str, subtitle: str, key: str, low_and_high: tuple[str, str] | None = None) -> None:
    """Show a share of every village as bars, the neediest on top, each opening its list; `low_and_high` are the columns of its range."""
    group = measures.group_of(share, view.group)
    names = view.figures.village_names()
    bars = [(names[code], *parts) for code, parts in measures.parts(view.figures, share, group).items()]
    ranges = None
    if low_and_high and not group:
        rows = view.figures.ask(registry.shares()[share].metric, "village")
        ranges = {row["village"]: (row[low_and_high[0]], row[low_and_high[1]]) for row in rows if row[low_and_high[0]] is not None}
    addresses = {name: drilldown_links.to("rows", view, village=name, share=share) for name, _numerator, _denominator in bars}
    title = formatting.coverage_title(measures.name(share, group), bars)
    neediest = sorted((bar for bar in bars if bar[2] and (ranges is None or bar[0] in ranges)), key=lambda bar: (bar[1] / bar[2], bar[0]))
    target = view.figures.target(f"{share}_{group}" if group else share)
    text = plotly_charts.alternative_text(title, [f"{name} {formatting.share(*parts)}" for name, *parts in bars])
    codes = {html.escape(name): code for code, name in names.items()}

    def choose(point: dict) -> None:
        """Narrow all pages to the village of the bar that was pressed, or back to all where they are narrowed to it."""
        if code := codes.get(str(point.get("y"))):
            st.session_state["village"] = "" if code == view.village_id else code

    def draw() -> dict:
        return plotly_charts.share_bars(neediest[tables.part(len(neediest), MOST, f"all_{key}")], target, ranges, addresses)

    chart(draw, title, subtitle, text, key, "" if group else drilldown_links.chart_export(view, "village", share), choose)


def village_map(view: View, shares: dict[str, tuple[Any, Any]], measure: str, key: str, title: str = "") -> None:
    """Show the town's map, large where it has a `title`. A click on a village chooses it for all pages and opens its sheet, where the reader may."""

    def choose() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points and points[0].get("location"):
            st.session_state["village"] = st.session_state[_CLICKED] = points[0]["location"]

    villages, is_dark = view.figures.villages(), st.context.theme.type == "dark"
    withheld = {code for code, parts in shares.items() if is_withheld(*parts)}
    shares = {code: (0, 0) if is_hidden(*parts) and code not in withheld else parts for code, parts in shares.items()}  # not reported
    figure = plotly_map.town_map(villages, shares, measure, view.village_id, withheld, title, is_dark)
    if not title:
        st.html(plotly_map.legend(shares, withheld, is_dark))
    text = plotly_map.map_text(villages, shares, measure, withheld)
    st.plotly_chart(figure, key=key, on_select=choose, selection_mode="points", config=plotly_charts.config(has_zoom=bool(title)), alt=text)
    may_open = view.may("pages", "village")
    says = (
        _("点一下村（社区）打开它的一页纸；颜色越醒目，差得越多") if may_open else _("点一下村（社区）即可只看这一个；颜色越醒目，差得越多")
    )
    st.html(f'<p class="quiet off-paper">{html.escape(says)}</p>')
    dots, off_map = plotly_map.off_map(villages)
    if dots:
        st.caption(_("没有村界，按村居名册的经纬度画成圆点：{names}。").format(names=formatting.join_names(dots)))
    if off_map:
        st.caption(_("地图上没有：{names}（没有村界，也没有可用的经纬度）。").format(names=formatting.join_names(off_map)))
    unlabelled = figure["data"][-1]["text"].count("")
    if unlabelled:
        st.caption(_("{count} 个村（社区）的名字放不下，没有标出；鼠标停在图上可以看到。").format(count=unlabelled))
    clicked = st.session_state.pop(_CLICKED, None)
    if clicked and may_open:
        name = next(row["name"] for row in villages if row["village_id"] == clicked)
        # By its link, as every other way to a page: Streamlit's own switch refuses while choices are bound to the link.
        address = json.dumps(drilldown_links.to("village", view, village=name))
        st.html(f"<script>location.assign({address})</script>", unsafe_allow_javascript=True)
