"""Overview: are we on track, which villages are behind, what has to be decided."""

import html

import streamlit as st

from locales import _
from pages.parts import cards, charts, frame, links, show, words
from pages.parts.hidden import is_hidden

view = frame.stand("overview")
figures, village = view.figures, view.village_id
eligibility, coverage, visits = (figures.of(name, village) for name in ("eligibility", "coverage", "visits"))
by_village = figures.ask("coverage", "village")

open_villages = sorted(
    (r for r in view.chosen(by_village) if r["covered_1_3"] < r["in_scope_1_3"]),  # withheld ones compare with nothing
    key=lambda r: r["covered_1_3"] - r["in_scope_1_3"],
)
lacking = [row["village"] for row in open_villages] if village is None else []
frame.heading(_("总览"), view, words.overview(view.day, eligibility, coverage, visits, lacking))
never = links.figure(view, "visits", "never_visited", visits["never_visited"])
past, unsure = (links.figure(view, "eligibility", name, eligibility[name]) for name in ("expired", "unverified"))
frame.cards(
    [
        cards.of_share(view, "coverage_share_1_3"),
        cards.of_share(view, "coverage_share_4_6"),
        cards.of_share(view, "visit_pace_share", _("今年还没走访过 {count} 人").format(count=never)),
        cards.of_share(
            view,
            "eligibility_valid_share",
            _("过期 {expired} 人，待核实 {unverified} 人").format(expired=past, unverified=unsure),
        ),
    ]
)
frame.definition(view, "coverage", "visits", "eligibility", "cascade")

with st.container():  # its place is kept where nothing is open: the charts below would otherwise be drawn anew
    if open_villages:
        show.titled(_("需要拍板"), _("1—3类儿童必须有爱心家庭结对（方案 2.3），下列村（社区）还差："))
        lines = [
            [
                html.escape(row["village"]),
                str(row["in_scope_1_3"] - row["covered_1_3"]),
                links.share(view, "coverage_share_1_3", row["covered_1_3"], row["in_scope_1_3"], village=row["village"]),
            ]
            for row in open_villages
        ]
        frame.table([_("村（社区）"), _("未结对（人）"), _("1—3类结对覆盖率")], lines, right=(1, 2))

shares = {row["village_id"]: (row["covered"], row["in_scope"]) for row in by_village}
bars = [(row["village"], *parts) for row in by_village if not is_hidden(*(parts := shares[row["village_id"]]))]
left, right = st.columns([6, 5], gap="large")
with left:
    show.titled(words.coverage_title(_("结对覆盖率"), bars), _("已覆盖儿童占帮扶范围内儿童的比例，截至 {day}").format(day=view.day))
    show.village_map(view, shares, _("结对覆盖率"), key="map_overview")
with right:
    pace = [(row["village"], row["on_pace"], row["due_children"]) for row in figures.ask("visits", "village")]
    drawn = [parts for parts in pace if not is_hidden(*parts)]
    title = words.coverage_title(_("走访进度"), drawn)
    lists = {name: links.to("rows", view, village=name, share="visit_pace_share") for name, _n, _d in drawn}
    show.chart(
        charts.share_bars(drawn, figures.target("visit_pace_share"), lists=lists if view.may("pages", "rows") else None),
        title,
        _("跟上“每年至少 6 次”进度的儿童比例，截至 {day}").format(day=view.day),
        charts.spoken_bars(title, drawn),
        key="pace",
    )
    if len(drawn) < len(pace):
        st.caption(_("按设置不公布的 {count} 个村（社区）没有画出来。").format(count=len(pace) - len(drawn)))

show.titled(_("从在册到关爱到位"), _("每一步都是上一步的一部分，截至 {day}").format(day=view.day))
steps = figures.of("cascade", village)
names = {
    "registered": _("在册"),
    "in_scope": _("帮扶范围内"),
    "covered": _("已结对覆盖"),
    "conforming": _("结对规范"),
    "on_pace": _("走访跟上"),
    "no_overdue_need": _("没有超期困难"),
}
frame.table(
    [*names.values()],
    [[links.figure(view, "cascade", name, steps[name]) for name in names]],
    right=tuple(range(6)),
)
