"""Map: any share of the town's by village, for all children or some classes, with the same villages as a ranked list beside it."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame, url_state
from pages.data import map_measures
from pages.text import formatting, labels, statuses
from warehouse.metrics import drilldown

view = page_frame.open_view("map")
top = st.container()  # the title stands above the choices that it speaks of
left, right = st.columns(2)
with left:
    share = url_state.url_select("measure", _("看什么"), map_measures.shares(), labels.share_name, map_measures.FIRST)
has_classes = drilldown.has_classes(share)
with right:
    if has_classes:
        group = url_state.url_select("class", _("哪类儿童"), list(map_measures.GROUPS), map_measures.group_name)
    else:
        group = ""
        st.caption(_("“{measure}”不按儿童类别计算，下面是各村（社区）整体的数。").format(measure=labels.share_name(share)))


def _line(code: str) -> list[str]:
    """A village's line of the list: name, bar and figures, status where there is a target."""
    numerator, denominator = shares[code]
    shown = html.escape(formatting.share(numerator, denominator))
    if listed:
        shown = drilldown_links.share(view, listed[0], numerator, denominator, village=names[code], class_no=listed[1])
    state = [page_frame.status_mark(statuses.judge(numerator, denominator, target))] if target else []
    return [drilldown_links.village(view, names[code]), shown + page_frame.bar(numerator, denominator), *state]


names = {row["village_id"]: row["name"] for row in view.figures.villages()}
shares = map_measures.parts(view.figures, share, group)
measure, target = map_measures.name(share, group), map_measures.target(view.figures, share, group)
listed = map_measures.listed_as(share, group)
told = [(names[code], *parts) for code, parts in shares.items()]
with top:
    page_frame.heading(_("地图"), view, formatting.coverage_title(measure, told))

left, right = st.columns([5, 4], gap="large")
with left:
    take = drilldown_links.take_chart(view, "map", f"{share}_{group}" if group else share)  # of one class no village may be told
    chart_blocks.section_heading(measure, _("各村（社区），截至 {day}；颜色越深，差得越多").format(day=view.day), take)
    chart_blocks.village_map(view, shares, measure, key="map_any")
with right:
    chart_blocks.section_heading(_("从差得多的到差得少的"), _("点村名打开一页纸，点分子/分母打开名单"))
    order = sorted(shares, key=lambda code: (not shares[code][1], shares[code][0] / (shares[code][1] or 1), names[code]))
    lines = [_line(code) for code in order]
    page_frame.table([_("村（社区）"), _("比率 · 分子/分母"), *([_("状态")] if target else [])], lines, right=(1,))
page_frame.definition(view, drilldown.share_parts()[share][0])
