"""How complete and valid the ledgers are: by village over time, and which required cells are missing where."""

from __future__ import annotations

import html

import streamlit as st

from locales import _
from pages.charts import heatmap, plotly_charts, plotly_map
from pages.components import chart_blocks, drilldown_links, tables
from pages.components.page_frame import View
from pages.text import labels
from warehouse.metrics import drilldown

SHARES = ("field_complete_share", "eligibility_valid_share")
MISSING = "missing_"


def over_time(view: View) -> None:
    """Both shares by village at the month ends and on the day."""
    known = view.figures.months()
    days = sorted({*known, view.day})[-heatmap.MOST_MONTHS :]
    for column, code in zip(st.columns(2), SHARES, strict=True):
        with column:
            lines = _lines(view, code, days)
            said = heatmap.title(labels.share_name(code), lines)
            subtitle = _("每月末，最后一格为 {day}；颜色越深，差得越多；指到格子上看分子分母").format(day=view.day)
            chart_blocks.section_heading(said, subtitle, drilldown_links.chart_export(view, "months", code))
            st.html(plotly_map.legend({name: parts[-1] for name, parts, _list in lines[1:] or lines}))
            st.plotly_chart(
                heatmap.shares_by_month(lines, days), key=code, config=plotly_charts.config(), alt=heatmap.shares_text(said, lines)
            )


def _lines(view: View, code: str, days: list) -> list[heatmap.Line]:
    """The town (or the village chosen alone), then the villages, the neediest first."""
    metric, numerator, denominator = drilldown.share_parts()[code]
    found = view.figures.time_series(metric, (numerator, denominator), days)
    names = {row["village_id"]: row["name"] for row in view.figures.villages()}
    town = [(sum(parts[at][0] for parts in found.values()), sum(parts[at][1] for parts in found.values())) for at in range(len(days))]
    of_villages = [
        (names[village], parts, drilldown_links.to("rows", view, village=names[village], share=code))
        for village, parts in found.items()
        if view.village_id in (None, village)
    ]
    of_villages.sort(key=lambda line: line[1][-1][0] / line[1][-1][1] if line[1][-1][1] else 2)  # no figure: last
    return of_villages if view.village_id else [(_("全镇"), town, drilldown_links.to("rows", view, share=code)), *of_villages]


def missing(view: View) -> None:
    """Which required cells are missing: field by village, each number opening its children."""
    fields = [name for name in drilldown.catalogue()["duties"] if name.startswith(MISSING)]
    villages = {row["village_id"]: row["name"] for row in view.chosen(view.figures.villages())}
    found = {row["village_id"]: row for row in view.chosen(view.figures.counts("duties", tuple(fields), "village_id"))}
    totals = {name: sum(row[name] for row in found.values()) for name in fields}
    lacking = sorted((name for name in fields if totals[name]), key=lambda name: -totals[name])
    count, children = sum(totals.values()), view.figures.of("duties", view.village_id)
    title = _("还缺 {count} 项必填内容").format(count=count) if count else _("必填内容都已填齐")
    if lacking:
        most = labels.field_name(lacking[0].removeprefix(MISSING))
        title += _("，最多的是“{field}”（{most} 项）").format(field=most, most=totals[lacking[0]])
    subtitle = _("在册儿童最新一行中没有填的必填项，截至 {day}；应填 {required} 项；点数字看是哪些儿童")
    chart_blocks.section_heading(title, subtitle.format(day=view.day, required=children["fields_required"]))
    if not lacking:
        st.info(_("没有缺的必填项。") if children["fields_required"] else _("这一天没有在册儿童：请换一个统计日，或先载入儿童台账。"))
        return
    shown = [village for village in villages if village in found and any(found[village][name] for name in lacking)]
    shown.sort(key=lambda village: -sum(found[village][name] for name in lacking))
    lines = [_missing_line(view, name, totals[name], [(villages[village], found[village][name]) for village in shown]) for name in lacking]
    whole = [drilldown_links.figure(view, "duties", "missing", sum(found[v][name] for name in lacking), village=villages[v]) for v in shown]
    lines.append([_("合计"), drilldown_links.figure(view, "duties", "missing", count), *whole])
    headings = [_("必填项"), _("合计"), *(villages[village] for village in shown)]
    tables.table(headings, lines, right=tuple(range(1, len(headings))))


def _missing_line(view: View, name: str, total: int, counts: list[tuple[str, int]]) -> list[str]:
    """One field: the sum, then each village; a zero stays quiet."""
    cells = [drilldown_links.figure(view, "duties", name, count, village=village) if count else "·" for village, count in counts]
    return [html.escape(labels.field_name(name.removeprefix(MISSING))), drilldown_links.figure(view, "duties", name, total), *cells]
