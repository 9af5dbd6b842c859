"""Coverage: which children have a helper family or a department, by measure, class group and village."""

import streamlit as st

from locales import _
from pages.parts import charts, frame, show, words

view = frame.stand("coverage")
figures = view.figures
whole = figures.of("coverage", view.village_id)
by_village, by_class = figures.ask("coverage", "village"), figures.ask("coverage", "village_class")

# What can be looked at: code -> (numerator, denominator); a class is its code "class_1" … "class_6".
MEASURES = {
    "covered": ("covered", "in_scope"),
    "covered_1_3": ("covered_1_3", "in_scope_1_3"),
    "covered_4_6": ("covered_4_6", "in_scope_4_6"),
    "family_paired": ("family_paired", "in_scope"),
    "conforming": ("conforming", "covered"),
    **{f"class_{number}": ("covered", "in_scope") for number in range(1, 7)},
}


def measure_name(code: str) -> str:
    """The field's name of a measure."""
    if code.startswith("class_"):
        return _("{name}结对覆盖率").format(name=words.class_name(int(code[-1])))
    return {
        "covered": _("结对覆盖率"),
        "covered_1_3": _("1—3类结对覆盖率"),
        "covered_4_6": _("4—6类结对覆盖率"),
        "family_paired": _("爱心家庭结对率"),
        "conforming": _("结对规范率（已覆盖儿童中）"),
    }[code]


told = _(
    "截至{day}，{village}帮扶范围内 {in_scope} 人，已结对覆盖 {covered} 人，其中爱心家庭结对 {family_paired} 人、部门包片 {department_covered} 人（可同时有）；结对规范 {conforming} 人。"
)
frame.heading(_("结对覆盖"), view, told.format(**whole | {"day": words.day(view.day), "village": view.village}))
measure = st.selectbox(_("看什么"), list(MEASURES), key="measure", format_func=measure_name, bind="query-params")
numerator, denominator = MEASURES[measure]
rows = [row for row in by_class if row["class_no"] == int(measure[-1])] if measure.startswith("class_") else by_village
shares = {row["village_id"]: (row[numerator], row[denominator]) for row in rows}
bars = [(row["village"], row[numerator], row[denominator]) for row in rows]
title = words.coverage_title(measure_name(measure), bars)

left, right = st.columns([3, 2], gap="large")
with left:
    show.titled(
        title,
        _("截至 {day}；{numerator} ÷ {denominator}").format(
            day=view.day, numerator=sum(b[1] for b in bars), denominator=sum(b[2] for b in bars)
        ),
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
        charts.share_bars(drawn, 1.0, ranges if has_range else None),
        measure_name(measure),
        note,
        charts.spoken_bars(title, bars),
        key="bars_coverage",
    )

show.titled(_("各村（社区）明细"), _("分子/分母在比例旁边；可点列名排序"))
shown = [
    {
        _("村（社区）"): row["village"],
        _("覆盖率"): row["coverage_share"],
        _("已覆盖/范围内"): f"{row['covered']}/{row['in_scope']}",
        _("1—3类"): words.share(row["covered_1_3"], row["in_scope_1_3"]),
        _("4—6类"): words.share(row["covered_4_6"], row["in_scope_4_6"]),
        _("可能范围"): "—"
        if row["coverage_low"] is None
        else f"{words.percent(row['coverage_low'])}–{words.percent(row['coverage_high'])}",
        _("规范/已覆盖"): words.share(row["conforming"], row["covered"]),
    }
    for row in sorted(view.chosen(by_village), key=lambda row: (row["coverage_share"] is None, row["coverage_share"] or 0))
]
st.dataframe(
    shown,
    hide_index=True,
    height="content",
    column_config={_("覆盖率"): st.column_config.ProgressColumn(_("覆盖率"), format="percent", min_value=0, max_value=1)},
    key="table_coverage",
)

show.titled(_("各类儿童"), _("同一儿童属于几类就在几类中各计一次"))
classes = figures.ask("coverage", "class") if view.village_id is None else view.chosen(by_class)
lines = [
    [
        words.class_short(r["class_no"]),
        str(r["in_scope"]),
        words.share(r["covered"], r["in_scope"]),
        words.share(r["family_paired"], r["in_scope"]),
        words.share(r["conforming"], r["covered"]),
    ]
    for r in classes
]
frame.table([_("类别"), _("范围内（人）"), _("覆盖率"), _("爱心家庭结对率"), _("结对规范率")], lines, right=(1, 2, 3, 4))
frame.definition("coverage")
