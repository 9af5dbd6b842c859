"""Coverage: which children have a helper family or a department, by village and by class; the map is a page of its own."""

import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, record_columns, tables, trends
from pages.data import measures
from pages.text import formatting, labels, pairing_faults

view = page_frame.open_view("coverage", has_classes=True)
figures = view.figures
names = ("covered", "family_paired", "department_covered", "conforming")
rows = measures.rows(figures, "coverage", "in_scope", names, view.group)
by_village = view.chosen(rows)
whole = measures.whole(figures, "coverage", "in_scope", names, view.group, view.village_id)
by_class = figures.ask("coverage", "class") if view.village_id is None else view.chosen(figures.ask("coverage", "village_class"))

sentence = _(
    "截至{day}，{village}帮扶范围内 {in_scope} 人，已结对覆盖 {covered} 人（{rate}），其中爱心家庭结对 {family_paired} 人、部门包片 {department_covered} 人（可同时有）；结对规范 {conforming} 人。"
)
rate = formatting.percent(formatting.ratio(whole["covered"], whole["in_scope"]))
page_frame.heading(_("结对覆盖"), view, sentence.format(**whole | {"day": formatting.day(view.day), "village": view.village, "rate": rate}))
counts = [
    f"{labels.short_name(f'coverage.{name}')} {drilldown_links.figure(view, 'coverage', name, whole[name])}"
    for name in ("in_scope", *names)
]
st.html('<p class="quiet">' + html.escape(_("名单：")) + " · ".join(counts) + "</p>")
of_groups = () if view.group else ("coverage_share_1_3", "coverage_share_4_6")
shares = ("coverage_share", *of_groups, "conforming_share", "family_paired_share")
metric_cards.show([metric_cards.share_card(view, share) for share in shares])

subtitle = _("已覆盖儿童占帮扶范围内儿童的比例，截至 {day}")
if not view.group:
    subtitle += _("；细线：待核实儿童核实后可能的范围")
chart_blocks.village_bars(
    view, "coverage_share", subtitle.format(day=view.day), key="bars_coverage", low_and_high=("coverage_low", "coverage_high")
)
map_link = drilldown_links.anchor(drilldown_links.to("map", view), _("在地图上看"), _("打开地图"))
st.html(f'<p class="quiet">{map_link}</p>')


def coverage_range(row: dict) -> str:
    """Return where coverage may lie once unverified children are verified."""
    if row["coverage_low"] is None:
        return "—"
    return "–".join(dict.fromkeys(formatting.percent(row[end]) for end in ("coverage_low", "coverage_high")))


def draw_villages() -> None:
    """Show coverage by village, and why pairings do not conform."""
    subtitle = _("差得最多的在最上面；点数字看名单")
    chart_blocks.section_heading(_("各村（社区）明细"), subtitle, drilldown_links.table_export(view, "coverage"))
    tables.rows_table(
        sorted(by_village, key=lambda row: (not row["in_scope"], row["covered"] / (row["in_scope"] or 1))),
        [
            tables.Column(_("村（社区）"), lambda row: drilldown_links.village(view, row["village"])),
            record_columns.figure_column(view, "coverage_share"),
            *([] if view.group else [tables.Column(_("可能范围"), coverage_range, is_figure=True)]),
            *(record_columns.figure_column(view, share) for share in (*of_groups, "conforming_share")),
        ],
    )
    covered = figures.rows_behind("coverage", "covered", view.village_id)
    if view.group:
        of_group = {row["child_id"] for row in figures.of_group("coverage", "covered", view.group)}
        covered = [row for row in covered if row["child_id"] in of_group]
    reasons = pairing_faults.by_village(covered)
    if not_conforming := [row for row in by_village if reasons.get(row["village_id"])]:
        chart_blocks.section_heading(_("为什么结对不规范"), _("点数字看是哪些儿童、怎么办"))
        sentence = _("{village} {share}：{reasons}")
        lines = [
            (drilldown_links.village(view, row["village"]), drilldown_links.share_of(view, "conforming_share", row), row["village_id"])
            for row in not_conforming
        ]
        tables.bullets(
            [sentence.format(village=name, share=share, reasons=html.escape(reasons[code])) for name, share, code in lines], "brief"
        )


def class_link(row: dict) -> str:
    """Return a class by its name, which narrows the page to it."""
    address = drilldown_links.to("coverage", view, **{"class": row["class_no"]}, part="classes")
    return drilldown_links.anchor(address, formatting.class_short(row["class_no"]), _("只看这一类"))


def draw_classes() -> None:
    """Show coverage by class, of which a press narrows the page to one."""
    subtitle = _("同一儿童属于几类就在几类中各计一次")
    chart_blocks.section_heading(_("各类儿童"), subtitle, drilldown_links.table_export(view, "coverage", "class"))
    tables.rows_table(
        by_class,
        [
            tables.Column(_("类别"), class_link),
            *(
                record_columns.figure_column(view, code)
                for code in ("coverage.in_scope", "coverage_share", "family_paired_share", "conforming_share")
            ),
        ],
    )


page_frame.details(
    {"villages": (_("各村（社区）"), draw_villages), "classes": (_("各类儿童"), draw_classes)} | trends.part(view, list(shares))
)
page_frame.definition(view, "coverage")
