"""Coverage: which children have a helper family or a department, by village and by class; the map is a page of its own."""

import html

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, page_frame
from pages.text import formatting

view = page_frame.open_view("coverage")
figures = view.figures
whole = figures.of("coverage", view.village_id)
by_village, by_class = figures.ask("coverage", "village"), figures.ask("coverage", "village_class")

told = _(
    "截至{day}，{village}帮扶范围内 {in_scope} 人，已结对覆盖 {covered} 人，其中爱心家庭结对 {family_paired} 人、部门包片 {department_covered} 人（可同时有）；结对规范 {conforming} 人。"
)
page_frame.heading(_("结对覆盖"), view, told.format(**whole | {"day": formatting.day(view.day), "village": view.village}))
counts = [
    drilldown_links.figure(view, "coverage", name, whole[name])
    for name in ("in_scope", "covered", "family_paired", "department_covered", "conforming")
]
shown = _("名单：范围内 {} · 已覆盖 {} · 爱心家庭 {} · 部门包片 {} · 规范 {}")
st.html(f'<p class="quiet">{shown.format(*counts)}</p>')
bars = [(row["village"], row["covered"], row["in_scope"]) for row in by_village]
lists = {row["village"]: drilldown_links.to("rows", view, village=row["village"], share="coverage_share") for row in by_village}
ranges = {
    row["village"]: (row["coverage_low"], row["coverage_high"])
    for row in by_village
    if row["coverage_low"] is not None and row["coverage_high"] is not None
}
title = formatting.coverage_title(_("结对覆盖率"), bars)
chart_blocks.chart(
    plotly_charts.share_bars([bar for bar in bars if bar[0] in ranges], figures.target("coverage_share"), ranges, lists),
    title,
    _("已覆盖儿童占帮扶范围内儿童的比例，截至 {day}；细线：待核实儿童核实后可能的范围").format(day=view.day),
    plotly_charts.spoken_bars(title, bars),
    key="bars_coverage",
    take=drilldown_links.take_chart(view, "village", "coverage_share"),
)
on_map = {_("全部"): None, _("1—3类"): "1_3", _("4—6类"): "4_6"}
places = " · ".join(
    drilldown_links.anchor(drilldown_links.to("map", view, None, None, **{"class": group}), name, _("打开地图"))
    for name, group in on_map.items()
)
st.html('<p class="quiet">' + html.escape(_("在地图上看：")) + places + "</p>")

chart_blocks.section_heading(_("各村（社区）明细"), _("差得最多的在最上面；点数字看名单"), drilldown_links.take_tables(view, "coverage"))
lines = [
    [
        drilldown_links.village(view, row["village"]),
        drilldown_links.share(view, "coverage_share", row["covered"], row["in_scope"], village=row["village"]),
        "—" if row["coverage_low"] is None else f"{formatting.percent(row['coverage_low'])}–{formatting.percent(row['coverage_high'])}",
        drilldown_links.share(view, "coverage_share_1_3", row["covered_1_3"], row["in_scope_1_3"], village=row["village"]),
        drilldown_links.share(view, "coverage_share_4_6", row["covered_4_6"], row["in_scope_4_6"], village=row["village"]),
        drilldown_links.share(view, "conforming_share", row["conforming"], row["covered"], village=row["village"]),
    ]
    for row in sorted(view.chosen(by_village), key=lambda row: (row["coverage_share"] is None, row["coverage_share"] or 0))
]
page_frame.table([_("村（社区）"), _("覆盖率"), _("可能范围"), _("1—3类"), _("4—6类"), _("规范/已覆盖")], lines, right=(1, 2, 3, 4, 5))

chart_blocks.section_heading(_("各类儿童"), _("同一儿童属于几类就在几类中各计一次"), drilldown_links.take_tables(view, "coverage", "class"))
classes = figures.ask("coverage", "class") if view.village_id is None else view.chosen(by_class)
lines = [
    [
        formatting.class_short(r["class_no"]),
        drilldown_links.figure(view, "coverage", "in_scope", r["in_scope"], class_no=r["class_no"]),
        drilldown_links.share(view, "coverage_share", r["covered"], r["in_scope"], class_no=r["class_no"]),
        drilldown_links.share(view, "family_paired_share", r["family_paired"], r["in_scope"], class_no=r["class_no"]),
        drilldown_links.share(view, "conforming_share", r["conforming"], r["covered"], class_no=r["class_no"]),
    ]
    for r in classes
]
page_frame.table([_("类别"), _("范围内（人）"), _("覆盖率"), _("爱心家庭结对率"), _("结对规范率")], lines, right=(1, 2, 3, 4))
page_frame.definition(view, "coverage")
