"""A share over all months and on the days compared: of the place chosen, or of some villages side by side."""

import datetime as dt
import html

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, tables, url_state
from pages.components.page_frame import View
from pages.data import measures
from pages.data.queries import months_before
from pages.text import formatting, labels
from pages.text.masked_count import is_hidden
from warehouse import row_access

MOST = 4  # villages side by side


def section(view: View, shares: list[str]) -> None:
    """Show how one of the shares of a page moved, and all of them for villages side by side; both choices are in the link."""
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
    first = next(iter(places.values()))
    title = plotly_charts.line_title(f"{first}{formatting.mark('：')}{measures.name(share, group)}", series[first])
    items = [f"{day:%Y-%m} {formatting.percent(value)}" for day, value in zip(days, series[first], strict=True)]
    target = view.figures.target(f"{share}_{group}" if group else share)
    chart_blocks.chart(
        plotly_charts.share_lines(days, series, target),
        title,
        _("截至每月末，虚线为目标") if target is not None else _("截至每月末"),
        plotly_charts.alternative_text(title, items),
        key="trend_lines",
        export_link="" if group or beside else drilldown_links.chart_export(view, "path", share),
    )
    if beside:
        lines = [
            [html.escape(measures.name(code, view.group)), *(_cell(view, code, place, view.day) for place in places)] for code in shares
        ]
        tables.table([_("指标"), *places.values()], lines, tuple(range(1, len(places) + 1)))
    compared = sorted({months_before(view.day, 12), months_before(view.day, 1), view.figures.before, view.day})
    lines = [[html.escape(name), *(_cell(view, share, place, day) for day in compared)] for place, name in places.items()]
    tables.table([labels.share_name(share), *map(str, compared)], lines, tuple(range(1, len(compared) + 1)))


def _ratio(view: View, share: str, village_id: str | None, group: str, day: dt.date) -> float | None:
    """Return a share of a place on a day; None where it has none, or nobody reported."""
    ratio = formatting.ratio(*measures.parts_of(view.figures.on(day), share, village_id, group))
    return None if is_hidden(ratio) else ratio


def _cell(view: View, share: str, village_id: str | None, day: dt.date) -> str:
    """Return a share of a place on a day with its parts, which open their list."""
    group = measures.group_of(share, view.group)
    parts = measures.parts_of(view.figures.on(day), share, village_id, group)
    village = view.figures.village_names()[village_id] if village_id else _("全镇")
    return drilldown_links.share(view, share, *parts, day=day, village=village)
