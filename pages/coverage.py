"""Coverage: which children have a helper family or a department, by village and by class; the map is a page of its own."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, record_columns, tables
from pages.components.tables import Column
from pages.text import formatting, labels, pairing_faults

view = page_frame.open_view("coverage")
figures = view.figures
whole = figures.of("coverage", view.village_id)
by_village = view.chosen(figures.ask("coverage", "village"))
by_class = figures.ask("coverage", "class") if view.village_id is None else view.chosen(figures.ask("coverage", "village_class"))

sentence = _(
    "截至{day}，{village}帮扶范围内 {in_scope} 人，已结对覆盖 {covered} 人（{rate}），其中爱心家庭结对 {family_paired} 人、部门包片 {department_covered} 人（可同时有）；结对规范 {conforming} 人。"
)
page_frame.heading(
    _("结对覆盖"),
    view,
    sentence.format(
        **whole | {"day": formatting.day(view.day), "village": view.village, "rate": formatting.percent(whole["coverage_share"])}
    ),
)
names = ("in_scope", "covered", "family_paired", "department_covered", "conforming")
counts = [f"{labels.short_name(f'coverage.{name}')} {drilldown_links.figure_of(view, 'coverage', name, whole)}" for name in names]
st.html('<p class="quiet">' + html.escape(_("名单：")) + " · ".join(counts) + "</p>")
shares = ("coverage_share", "coverage_share_1_3", "coverage_share_4_6", "conforming_share", "family_paired_share")
metric_cards.show([metric_cards.share_card(view, share) for share in shares])

chart_blocks.village_bars(
    view,
    "coverage_share",
    _("已覆盖儿童占帮扶范围内儿童的比例，截至 {day}；细线：待核实儿童核实后可能的范围").format(day=view.day),
    key="bars_coverage",
    low_and_high=("coverage_low", "coverage_high"),
)
groups = {_("全部"): None, _("1—3类"): "1_3", _("4—6类"): "4_6"}
maps = [
    drilldown_links.anchor(drilldown_links.to("map", view, **{"class": group}), name, _("打开地图"))  # type: ignore[arg-type]
    for name, group in groups.items()
]
st.html('<p class="quiet">' + html.escape(_("在地图上看：")) + " · ".join(maps) + "</p>")


def coverage_range(row: dict) -> str:
    """Return where coverage may lie once unverified children are verified."""
    if row["coverage_low"] is None:
        return "—"
    return f"{formatting.percent(row['coverage_low'])}–{formatting.percent(row['coverage_high'])}"


subtitle = _("差得最多的在最上面；点数字看名单")
chart_blocks.section_heading(_("各村（社区）明细"), subtitle, drilldown_links.table_export(view, "coverage"))
tables.rows_table(
    sorted(by_village, key=lambda row: (row["coverage_share"] is None, row["coverage_share"] or 0)),
    [
        Column(_("村（社区）"), lambda row: drilldown_links.village(view, row["village"])),
        record_columns.figure_column(view, "coverage_share"),
        Column(_("可能范围"), coverage_range, is_figure=True),
        *(record_columns.figure_column(view, share) for share in ("coverage_share_1_3", "coverage_share_4_6", "conforming_share")),
    ],
)

reasons = pairing_faults.by_village(figures.rows_behind("coverage", "covered", view.village_id))
if not_conforming := [row for row in by_village if reasons.get(row["village_id"])]:
    chart_blocks.section_heading(_("为什么结对不规范"), _("点数字看是哪些儿童、怎么办"))
    sentence = _("{village} {share}：{reasons}")
    lines = [
        (drilldown_links.village(view, row["village"]), drilldown_links.share_of(view, "conforming_share", row), row["village_id"])
        for row in not_conforming
    ]
    tables.bullets([sentence.format(village=name, share=share, reasons=html.escape(reasons[code])) for name, share, code in lines], "brief")

subtitle = _("同一儿童属于几类就在几类中各计一次")
chart_blocks.section_heading(_("各类儿童"), subtitle, drilldown_links.table_export(view, "coverage", "class"))
tables.rows_table(
    by_class,
    [
        Column(_("类别"), lambda row: formatting.class_short(row["class_no"])),
        *(
            record_columns.figure_column(view, code)
            for code in ("coverage.in_scope", "coverage_share", "family_paired_share", "conforming_share")
        ),
    ],
)
page_frame.definition(view, "coverage")
