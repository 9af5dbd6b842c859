"""Map: any share of the town's by village, for all children or some classes, with the same villages as a ranked list beside it."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame, tables, url_state
from pages.data import indicator_status, measures
from pages.summaries import action_list
from pages.text import formatting, labels
from warehouse.metrics import registry

view = page_frame.open_view("map", has_classes=True)
top = st.container()  # the title is above the choices that it speaks of
share = url_state.url_select("measure", _("看什么"), measures.shares(), labels.share_name, measures.FIRST)
group = measures.group_of(share, view.group)
if group != view.group:
    st.caption(_("“{measure}”不按儿童类别计算，下面是各村（社区）整体的数。").format(measure=labels.share_name(share)))

names = view.figures.village_names()
shares = measures.parts(view.figures, share, group)
measure, now = measures.name(share, group), indicator_status.standings(view.figures)
status_of = measures.statuses_of(now, share, group)
with top:
    title = formatting.coverage_title(measure, [(names[village_id], *parts) for village_id, parts in shares.items()])
    page_frame.heading(_("地图"), view, title)


def village_line(village_id: str) -> list[str]:
    """Return a village's line of the list: name, bar and figures, status where it is judged, how many indicators are behind in all."""
    name, (numerator, denominator) = names[village_id], shares[village_id]
    figures = drilldown_links.share(view, share, numerator, denominator, village=name)
    status = [tables.status_mark(status_of[village_id])] if status_of else []
    return [
        drilldown_links.village(view, name),
        figures + tables.bar(numerator, denominator),
        *status,
        action_list.count_behind(now[village_id]),
    ]


st.html('<span class="landscape" hidden></span>')  # printing.css: the map fills a sheet, the list follows
left, right = st.columns([4, 3], gap="large")
with left:
    subtitle = _("各村（社区），截至 {day}；颜色越醒目，差得越多").format(day=view.day)
    # A share of one class is not offered there: it is not released by village.
    export_link = drilldown_links.chart_export(view, "map", f"{share}_{group}" if group else share)
    chart_blocks.section_heading(measure, subtitle, export_link)
    chart_blocks.village_map(view, shares, measure, key="map_any", title=_("{measure} · {day}").format(measure=measure, day=view.day))
with right:
    chart_blocks.section_heading(_("从差得多的到差得少的"), _("点村名打开一页纸，点分子/分母打开名单"))
    order = sorted(shares, key=lambda code: (not shares[code][1], shares[code][0] / (shares[code][1] or 1), names[code]))
    headings = [_("村（社区）"), _("比率 · 分子/分母"), *([_("状态")] if status_of else []), _("滞后指标")]
    tables.table(headings, [village_line(village_id) for village_id in order], right=(1,))
    note = html.escape(_("滞后指标：滞后几项 / 共判定几项"))
    st.html(f'<p class="quiet">{note}{action_list.list_link(view)}</p>')
page_frame.definition(view, registry.shares()[share].metric)
