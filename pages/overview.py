"""Overview: are we on track, what has to be decided, which villages are behind, what has changed since a month ago."""

import streamlit as st

from locales import _
from pages.parts import brief, cards, frame, headlines, links, show, words
from pages.parts.hidden import is_hidden

view = frame.stand("overview")
figures, village = view.figures, view.village_id
eligibility, coverage, visits = (figures.of(name, village) for name in ("eligibility", "coverage", "visits"))
by_village = figures.ask("coverage", "village")

lacking = [name for _code, name, _count in headlines.by_village(figures, "uncovered_1_3")] if village is None else []
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

now = headlines.standings(figures)
left, right = st.columns(2, gap="large")
with left:
    brief.decisions(view)
with right:
    brief.behind(view, now, brief.MOST_VILLAGES)
with st.container():  # its place is kept whatever it says: the charts below would otherwise be drawn anew
    brief.changes(view, now)

shares = {row["village_id"]: (row["covered"], row["in_scope"]) for row in by_village}
bars = [(row["village"], *parts) for row in by_village if not is_hidden(*(parts := shares[row["village_id"]]))]
left, right = st.columns([7, 4], gap="large")
with left:
    told = _("已覆盖儿童占帮扶范围内儿童的比例，截至 {day}").format(day=view.day)
    name = words.among_told(_("结对覆盖率"), len(bars), len(by_village) - len(bars))
    show.titled(words.coverage_title(name, bars), told, links.take_chart(view, "map", "coverage_share"))
    show.village_map(view, shares, _("结对覆盖率"), key="map_overview")
with right:
    told = _("每一步都是上一步的一部分，截至 {day}").format(day=view.day)
    show.titled(_("从在册到关爱到位"), told, links.take_chart(view, "steps"))
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
        [_("步骤"), _("儿童人数")], [[word, links.figure(view, "cascade", name, steps[name])] for name, word in names.items()], right=(1,)
    )
frame.definition(view, "coverage", "visits", "eligibility", "needs", "cascade")
