"""Coverage: which children have a helper family or a department, by measure, class group and village."""

import html

import streamlit as st

from locales import _
from pages.parts import charts, codes, frame, links, show, words
from warehouse import behind

view = frame.stand("coverage")
figures = view.figures
whole = figures.of("coverage", view.village_id)
by_village, by_class = figures.ask("coverage", "village"), figures.ask("coverage", "village_class")

# What can be looked at: code -> share (warehouse/behind.toml); a class is its code "class_1" … "class_6".
MEASURES = {
    "covered": "coverage_share",
    "covered_1_3": "coverage_share_1_3",
    "covered_4_6": "coverage_share_4_6",
    "family_paired": "family_paired_share",
    "conforming": "conforming_share",
    **{f"class_{number}": "coverage_share" for number in range(1, 7)},
}


def measure_name(code: str) -> str:
    """The field's name of a measure."""
    if code.startswith("class_"):
        return _("{name}结对覆盖率").format(name=words.class_name(int(code[-1])))
    return _("结对规范率（已覆盖儿童中）") if code == "conforming" else codes.share_name(MEASURES[code])


told = _(
    "截至{day}，{village}帮扶范围内 {in_scope} 人，已结对覆盖 {covered} 人，其中爱心家庭结对 {family_paired} 人、部门包片 {department_covered} 人（可同时有）；结对规范 {conforming} 人。"
)
frame.heading(_("结对覆盖"), view, told.format(**whole | {"day": words.day(view.day), "village": view.village}))
counts = [
    links.figure(view, "coverage", name, whole[name])
    for name in ("in_scope", "covered", "family_paired", "department_covered", "conforming")
]
shown = _("名单：范围内 {} · 已覆盖 {} · 爱心家庭 {} · 部门包片 {} · 规范 {}")
st.html(f'<p class="quiet">{shown.format(*counts)}</p>')
measure = st.selectbox(_("看什么"), list(MEASURES), key="measure", format_func=measure_name, bind="query-params", placeholder=_("请选择"))
_metric, numerator, denominator = behind.parts()[MEASURES[measure]]
class_no = int(measure[-1]) if measure.startswith("class_") else None
rows = [row for row in by_class if row["class_no"] == class_no] if class_no else by_village
shares = {row["village_id"]: (row[numerator], row[denominator]) for row in rows}
bars = [(row["village"], row[numerator], row[denominator]) for row in rows]
lists = {row["village"]: links.to("rows", view, village=row["village"], share=MEASURES[measure], class_no=class_no) for row in rows}
title = words.coverage_title(measure_name(measure), bars)

left, right = st.columns([6, 5], gap="large")
with left:
    show.titled(
        title,
        _("截至 {day}；{numerator} ÷ {denominator}").format(
            day=view.day, numerator=sum(b[1] for b in bars), denominator=sum(b[2] for b in bars)
        ),
        "" if class_no else links.take_chart(view, "map", MEASURES[measure]),
    )
    show.village_map(view, shares, measure_name(measure), key="map_coverage")
with right:
    has_range = denominator == "in_scope" and numerator == "covered"
    ranges = {
        r["village"]: (r["coverage_low"], r["coverage_high"])
        for r in rows
        if r["coverage_low"] is not None and r["coverage_high"] is not None
    }
    drawn = [bar for bar in bars if bar[0] in ranges] if has_range else bars
    note = _("细线：待核实儿童核实后可能的范围") if has_range else _("按差距从大到小")
    show.chart(
        charts.share_bars(drawn, figures.target(MEASURES[measure]), ranges if has_range else None, lists),
        measure_name(measure),
        note,
        charts.spoken_bars(title, bars),
        key="bars_coverage",
        take="" if class_no else links.take_chart(view, "village", MEASURES[measure]),
    )

show.titled(_("各村（社区）明细"), _("差得最多的在最上面；点数字看名单"), links.take_tables(view, "coverage"))
lines = [
    [
        html.escape(row["village"]),
        links.share(view, "coverage_share", row["covered"], row["in_scope"], village=row["village"]),
        "—" if row["coverage_low"] is None else f"{words.percent(row['coverage_low'])}–{words.percent(row['coverage_high'])}",
        links.share(view, "coverage_share_1_3", row["covered_1_3"], row["in_scope_1_3"], village=row["village"]),
        links.share(view, "coverage_share_4_6", row["covered_4_6"], row["in_scope_4_6"], village=row["village"]),
        links.share(view, "conforming_share", row["conforming"], row["covered"], village=row["village"]),
    ]
    for row in sorted(view.chosen(by_village), key=lambda row: (row["coverage_share"] is None, row["coverage_share"] or 0))
]
frame.table([_("村（社区）"), _("覆盖率"), _("可能范围"), _("1—3类"), _("4—6类"), _("规范/已覆盖")], lines, right=(1, 2, 3, 4, 5))

show.titled(_("各类儿童"), _("同一儿童属于几类就在几类中各计一次"), links.take_tables(view, "coverage", "class"))
classes = figures.ask("coverage", "class") if view.village_id is None else view.chosen(by_class)
lines = [
    [
        words.class_short(r["class_no"]),
        links.figure(view, "coverage", "in_scope", r["in_scope"], class_no=r["class_no"]),
        links.share(view, "coverage_share", r["covered"], r["in_scope"], class_no=r["class_no"]),
        links.share(view, "family_paired_share", r["family_paired"], r["in_scope"], class_no=r["class_no"]),
        links.share(view, "conforming_share", r["conforming"], r["covered"], class_no=r["class_no"]),
    ]
    for r in classes
]
frame.table([_("类别"), _("范围内（人）"), _("覆盖率"), _("爱心家庭结对率"), _("结对规范率")], lines, right=(1, 2, 3, 4))
frame.definition(view, "coverage")
