"""Overview: are we on track, what has to be decided, which villages are behind, what has changed since the day compared with."""

import html

import streamlit as st

from locales import _
from pages.access import rights
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame
from pages.data import indicator_status, measures
from pages.summaries import action_list
from pages.text import formatting, labels
from pages.text.masked_count import is_hidden
from warehouse.metrics import registry

view = page_frame.open_view("overview")
figures, village_id = view.figures, view.village_id
eligibility, coverage, visits = (figures.of(name, village_id) for name in ("eligibility", "coverage", "visits"))

lacking = [name for _code, name, _count in indicator_status.by_village(figures, "uncovered_1_3")] if village_id is None else []
page_frame.heading(_("总览"), view, formatting.overview(view.day, eligibility, coverage, visits, lacking))
never = drilldown_links.figure_of(view, "visits", "never_visited", visits)
expired, unverified = (drilldown_links.figure_of(view, "eligibility", name, eligibility) for name in ("expired", "unverified"))
eligibility_note = _("已不符合 {expired} 人，待核实 {unverified} 人").format(expired=expired, unverified=unverified)
metric_cards.show(
    [
        metric_cards.share_card(view, "coverage_share", _("1—3类、4—6类分别判定")),
        metric_cards.share_card(view, "coverage_share_1_3"),
        metric_cards.share_card(view, "coverage_share_4_6"),
        metric_cards.share_card(view, "visit_pace_share", _("应访未访 {count} 人").format(count=never)),
        metric_cards.share_card(view, "eligibility_valid_share", eligibility_note),
    ]
)

now = indicator_status.standings(figures)
town_now = {} if village_id else indicator_status.standings(figures, "town")
of_town = town_now.get("", []) or now.get(village_id or "", [])
action_list.place_behind(view, now if village_id else town_now)
left, right = st.columns(2, gap="large")
with left:
    action_list.decisions(view)
with right:
    action_list.villages_behind(view, now, action_list.MOST_VILLAGES)
with st.container():  # its place is there whatever it says: the charts below would otherwise be drawn again
    action_list.changes(view, now)

worst = next((each.indicator for each in indicator_status.behind(of_town)), measures.FIRST)
worst = registry.shares()[worst].same_as or worst
shares = measures.parts(figures, worst)
village_names = figures.village_names()
bars = [(village_names[code], *parts) for code, parts in shares.items() if not is_hidden(*parts)]
left, right = st.columns([7, 4], gap="large")
with left:
    name = labels.share_name(worst)
    subtitle = (
        _("{village}现在差得最多的一项，截至 {day}").format(village=view.village, day=view.day)
        if worst != measures.FIRST
        else _("截至 {day}").format(day=view.day)
    )
    address = drilldown_links.to("map", view, measure=worst)
    link = drilldown_links.anchor(address, _("看大图和别的指标"), _("打开地图")) if view.may("pages", "map") else ""
    chart_blocks.section_heading(formatting.coverage_title(name, bars, len(shares) - len(bars)), subtitle, link)
    chart_blocks.village_map(view, shares, name, key="map_overview")
with right:
    subtitle = _("每一步都是上一步的一部分，截至 {day}").format(day=view.day)
    chart_blocks.section_heading(_("从在册到关爱到位"), subtitle, drilldown_links.chart_export(view, "steps"))
    steps = figures.of("cascade", village_id)
    names = registry.metrics()["cascade"].columns
    chart_blocks.steps(
        [(labels.short_name(f"cascade.{name}"), steps[name], drilldown_links.figure_of(view, "cascade", name, steps)) for name in names]
    )
beyond = [page for page in rights.unlisted(view.user.role) if view.may("pages", page) and page != "manual"]
if beyond:
    links = [
        drilldown_links.anchor(drilldown_links.to(page, view), labels.word("pages", page), labels.word("pages", page)) for page in beyond
    ]
    opening = html.escape(_("还可以看："))
    st.html(f'<p class="off-paper">{opening}{" · ".join(links)}</p>')
page_frame.definition(view, "coverage", "visits", "eligibility", "needs", "cascade")
