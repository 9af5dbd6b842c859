"""How complete and valid the ledgers are: by village over time, and which required cells are missing where."""

import datetime as dt
import html
from typing import Any

import streamlit as st

from locales import _
from pages.charts import heatmap, plotly_charts, plotly_map
from pages.components import chart_blocks, drilldown_links, tables
from pages.components.page_frame import View
from pages.text import formatting, labels
from warehouse.metrics import registry

SHARES = ("field_complete_share", "eligibility_valid_share")
MISSING = "missing_"


def over_time(view: View) -> None:
    """Show both shares by village at the month ends and on the day."""
    days = sorted({*view.figures.months(), view.day})[-heatmap.MOST_MONTHS :]
    is_dark = st.context.theme.type == "dark"
    of_shares = [_lines(view, code, days) for code in SHARES]
    at = tables.part(max(map(len, of_shares)), chart_blocks.MOST + 1, "all_months")  # the town's, then as many as bars
    for column, code, lines in zip(st.columns(2), SHARES, of_shares, strict=True):
        with column:
            title = heatmap.title(labels.share_name(code), lines)
            subtitle = _("每月末，最后一格为 {day}；颜色越醒目，差得越多；指到格子上看分子分母").format(day=view.day)
            chart_blocks.section_heading(title, subtitle, drilldown_links.chart_export(view, "months", code))
            st.html(plotly_map.legend({name: parts[-1] for name, parts, _address in lines[1:] or lines}, is_dark=is_dark))
            figure = heatmap.shares_by_month(lines[at], days, is_dark)
            text = plotly_charts.alternative_text(title, [f"{name} {formatting.share(*parts[-1])}" for name, parts, _address in lines])
            st.plotly_chart(figure, key=code, config=plotly_charts.config(), alt=text)


def _lines(view: View, code: str, days: list[dt.date]) -> list[heatmap.Line]:
    """Return the town (or the village chosen alone), then the villages, the neediest first."""
    share = registry.shares()[code]
    by_village = view.figures.time_series(share.metric, share.parts, days)
    names = view.figures.village_names()
    lines = [
        (names[village_id], parts, drilldown_links.to("rows", view, village=names[village_id], share=code))
        for village_id, parts in by_village.items()
        if view.village_id in (None, village_id)
    ]
    lines.sort(key=lambda line: line[1][-1][0] / line[1][-1][1] if line[1][-1][1] else 2)  # no figure: last
    if view.village_id:
        return lines
    town = [tuple(sum(parts[at][side] for parts in by_village.values()) for side in (0, 1)) for at in range(len(days))]
    return [(_("全镇"), town, drilldown_links.to("rows", view, share=code)), *lines]


def missing_cells(view: View) -> None:
    """Show which required cells are missing: field by village, each number opening its children."""
    names = {row["village_id"]: row["name"] for row in view.chosen(view.figures.villages())}
    fields = [name for name in registry.metrics()["duties"].figures if name.startswith(MISSING)]
    counts = {row["village_id"]: row for row in view.chosen(view.figures.counts("duties", tuple(fields), "village_id"))}
    totals = {field: sum(row[field] for row in counts.values()) for field in fields}
    lacking = sorted((field for field in fields if totals[field]), key=lambda field: -totals[field])
    total, required = sum(totals.values()), view.figures.of("duties", view.village_id)["fields_required"]
    title = _("还缺 {count} 项必填内容").format(count=total) if total else _("必填内容都已填齐")
    if lacking:
        title += _("，最多的是“{field}”（{most} 项）").format(field=_field_name(lacking[0]), most=totals[lacking[0]])
    subtitle = _("在册儿童最新一行中没有填的必填项，截至 {day}；应填 {required} 项；点数字看是哪些儿童")
    chart_blocks.section_heading(title, subtitle.format(day=view.day, required=required))
    if not lacking:
        st.info(_("没有缺的必填项。") if required else _("这一天没有在册儿童：请换一个统计日，或先载入儿童台账。"))
        return

    def line(name: str, counts: dict, **place: Any) -> list[str]:
        """Return a place's line: all that is missing, then field by field."""
        cells = {"missing": sum(counts[field] for field in lacking)} | {field: counts[field] for field in lacking}
        links = (drilldown_links.figure(view, "duties", name, count, **place) if count else "·" for name, count in cells.items())
        return [html.escape(name), *links]

    sums = {code: sum(row[field] for field in lacking) for code, row in counts.items()}
    villages = sorted((code for code in names if sums.get(code)), key=lambda code: -sums[code])
    of_villages = (line(names[code], counts[code], village=names[code]) for code in villages)
    headings = [_("村（社区）"), _("合计"), *map(_field_name, lacking)]
    tables.table(headings, [line(_("合计"), totals), *of_villages], right=tuple(range(1, len(headings))), look="narrow")


def _field_name(figure: str) -> str:
    return labels.field_name(figure.removeprefix(MISSING))
