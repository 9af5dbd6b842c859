"""Overview: are we on track, what has to be decided, which villages are behind, what has changed since a month ago."""

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame
from pages.data import headline_status
from pages.summaries import action_list
from pages.text import formatting
from pages.text.masked_count import is_hidden

view = page_frame.open_view("overview")
figures, village = view.figures, view.village_id
eligibility, coverage, visits = (figures.of(name, village) for name in ("eligibility", "coverage", "visits"))
by_village = figures.ask("coverage", "village")

lacking = [name for _code, name, _count in headline_status.by_village(figures, "uncovered_1_3")] if village is None else []
page_frame.heading(_("总览"), view, formatting.overview(view.day, eligibility, coverage, visits, lacking))
never = drilldown_links.figure(view, "visits", "never_visited", visits["never_visited"])
past, unsure = (drilldown_links.figure(view, "eligibility", name, eligibility[name]) for name in ("expired", "unverified"))
page_frame.cards(
    [
        metric_cards.of_share(view, "coverage_share_1_3"),
        metric_cards.of_share(view, "coverage_share_4_6"),
        metric_cards.of_share(view, "visit_pace_share", _("今年还没走访过 {count} 人").format(count=never)),
        metric_cards.of_share(
            view,
            "eligibility_valid_share",
            _("过期 {expired} 人，待核实 {unverified} 人").format(expired=past, unverified=unsure),
        ),
    ]
)

now = headline_status.standings(figures)
left, right = st.columns(2, gap="large")
with left:
    action_list.decisions(view)
with right:
    action_list.behind(view, now, action_list.MOST_VILLAGES)
with st.container():  # its place is kept whatever it says: the charts below would otherwise be drawn anew
    action_list.changes(view, now)

shares = {row["village_id"]: (row["covered"], row["in_scope"]) for row in by_village}
bars = [(row["village"], *parts) for row in by_village if not is_hidden(*(parts := shares[row["village_id"]]))]
left, right = st.columns([7, 4], gap="large")
with left:
    told = _("已覆盖儿童占帮扶范围内儿童的比例，截至 {day}").format(day=view.day)
    name = formatting.among_told(_("结对覆盖率"), len(bars), len(by_village) - len(bars))
    chart_blocks.section_heading(formatting.coverage_title(name, bars), told, drilldown_links.take_chart(view, "map", "coverage_share"))
    chart_blocks.village_map(view, shares, _("结对覆盖率"), key="map_overview")
with right:
    told = _("每一步都是上一步的一部分，截至 {day}").format(day=view.day)
    chart_blocks.section_heading(_("从在册到关爱到位"), told, drilldown_links.take_chart(view, "steps"))
    steps = figures.of("cascade", village)
    names = {
        "registered": _("在册"),
        "in_scope": _("帮扶范围内"),
        "covered": _("已结对覆盖"),
        "conforming": _("结对规范"),
        "on_pace": _("走访跟上"),
        "no_overdue_need": _("没有超期困难"),
    }
    page_frame.table(
        [_("步骤"), _("儿童人数")],
        [[word, drilldown_links.figure(view, "cascade", name, steps[name])] for name, word in names.items()],
        right=(1,),
    )
page_frame.definition(view, "coverage", "visits", "eligibility", "needs", "cascade")
