"""Visits: which children keep the plan's pace; whose visits do not keep pace, where, and in which months."""

import html
from collections import Counter

import streamlit as st

from locales import _
from pages.charts import heatmap, plotly_charts
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, record_columns, tables, trends
from pages.components.metric_cards import Card
from pages.components.tables import Column
from pages.text import formatting
from pages.text.masked_count import is_hidden

FIRST = 15  # children short of visits, before the rest are folded
view = page_frame.open_view("visits")
figures = view.figures
whole = figures.of("visits", view.village_id)
children = [row for row in view.chosen(figures.step("children_at")) if row["is_in_scope"]]


def count(name: str) -> int:
    """Return a figure of the place chosen that is counted from its rows."""
    return sum(row[name] for row in view.chosen(figures.counts("visits", (name,), "village_id")))


def per_year(row: dict) -> str:
    """Return visits a child and year."""
    return "—" if row["visits_per_child_year"] is None else f"{row['visits_per_child_year']:.1f}"


visit_counts = [count(name) for name in plotly_charts.visit_count_figures()]
reached, not_visited = visit_counts[-1], visit_counts[0]
sentence = _(
    "截至{day}，今年已走访 {visit_days} 人次（按日计）；应有走访的 {due_children} 名儿童中 {on_pace} 名走访跟上，{never_visited} 名应访未访；范围内 {in_scope} 名儿童中 {reached} 名已满 6 次。"
)
if is_hidden(whole["on_pace"]):
    page_frame.heading(_("走访"), view, _("{year} 年的走访尚无数据：台账还没有报来。").format(year=view.day.year))
    st.stop()
numbers = {"day": formatting.day(view.day), "reached": reached, "in_scope": len(children)}
page_frame.heading(_("走访"), view, sentence.format(**whole | numbers))

never, visit_days, over_60_days = (
    drilldown_links.figure_of(view, "visits", name, whole) for name in ("never_visited", "visit_days", "over_60_days")
)
pace_note = _("{average}；应访未访 {never} 人").format(average=_("人均 {rate} 次/年").format(rate=per_year(whole)), never=never)
days_note = _("按日计共 {days} 次，电话、视频不计").format(days=visit_days)
late_note = _("超过 60 天未走访 {count} 人").format(count=over_60_days)
recent = len(children) - whole["over_60_days"]
reached_parts = drilldown_links.parts(view, "six_reached_share", reached, len(children))
recent_parts = drilldown_links.parts(view, "within_60_days_share", recent, len(children))
metric_cards.show(
    [
        metric_cards.share_card(view, "visit_pace_share", pace_note),
        Card("six_reached_share", reached, len(children), reached_parts, note=days_note),
        Card("within_60_days_share", recent, len(children), recent_parts, note=late_note),
    ]
)
page_frame.definition(view, "visits")
outlook = {
    name: drilldown_links.figure(view, "visits", f"target_{name}", count(f"target_{name}"))
    for name in ("reached", "in_reach", "out_of_reach")
}
sentence = _("全年应访次数（按在册时间折算，年中纳入的不到 6 次）：{reached} 人已满，{can} 人还来得及，{cannot} 人已来不及。")
st.html(f"<p>{sentence.format(reached=outlook['reached'], can=outlook['in_reach'], cannot=outlook['out_of_reach'])}</p>")

title = _("{reached}/{total} 名儿童今年已满 6 次，{none} 名一次也没有（其中应访未访 {never} 名）").format(
    reached=reached, total=len(children), none=not_visited, never=whole["never_visited"]
)
lists = [drilldown_links.to("rows", view, figure=f"visits.{name}") for name in plotly_charts.visit_count_figures()]
chart_blocks.chart(
    plotly_charts.visit_count_bars(visit_counts, lists),
    title,
    _("帮扶范围内儿童按今年走访天数，单位：人，截至 {day}").format(day=view.day),
    plotly_charts.alternative_text(title, [f"{number} → {value}" for number, value in enumerate(visit_counts)]),
    key="six",
)
subtitle = _("到这一天应有走访的儿童中，走访天数不少于应访次数的比例")
chart_blocks.village_bars(view, "visit_pace_share", subtitle, key="pace_visits")

title, subtitle = _("待跟进的儿童，按村（社区）"), _("单位：人，截至 {day}").format(day=view.day)
chart_blocks.section_heading(title, subtitle, drilldown_links.table_export(view, "visits"))


def behind(row: dict) -> int:
    """Return the children of a village whose visits do not keep pace."""
    return row["due_children"] - row["on_pace"]


tables.rows_table(
    sorted(view.chosen(figures.ask("visits", "village")), key=lambda row: (is_hidden(row["on_pace"]), -behind(row), -row["over_60_days"])),
    [
        Column(_("村（社区）"), lambda row: html.escape(row["village"])),
        Column(_("走访没跟上"), lambda row: str(behind(row)), is_figure=True),
        *(record_columns.figure_column(view, code) for code in ("visits.never_visited", "visits.over_60_days", "visit_pace_share")),
        Column(_("人均次/年"), per_year, is_figure=True),
    ],
)

by_month = Counter((row["village_id"], row["visited_on"].month) for row in figures.rows_behind("visits", "visit_days"))
villages = view.chosen(figures.villages())
grid = [[by_month[row["village_id"], month] for month in range(1, 13)] for row in villages]
totals = [sum(row[month] for row in grid) for month in range(view.day.month)]
busiest = max(range(len(totals)), key=totals.__getitem__) + 1
title = _("{year}年走访最多的是 {month} 月（{count} 人次）").format(year=view.day.year, month=busiest, count=max(totals))
chart_blocks.chart(
    heatmap.visits_by_month([row["name"] for row in villages], grid, view.day.month),
    title,
    _("各村（社区）每月走访人次（同一儿童一天算一次），截至 {day}").format(day=view.day),
    plotly_charts.alternative_text(title, [f"{row['name']} {sum(counts)}" for row, counts in zip(villages, grid, strict=True)]),
    key="months",
)

trends.section(view, ["visit_pace_share", "within_60_days_share", "six_reached_share"])

late = [row for row in children if row["visit_days"] < row["due"]]
late.sort(key=lambda row: (row["visit_days"] - row["due"], -row["days_since_visit"]))
chart_blocks.section_heading(
    _("走访没跟上的 {count} 名儿童（代号）").format(count=len(late)), _("六个圆点代表一年六次；位置指向台账中的行")
)
village_names = figures.village_names()
lines = [
    [
        drilldown_links.child(view, row["child_id"]),
        html.escape(village_names[row["village_id"]]),
        plotly_charts.visit_slots(row["visit_days"]),
        f"{row['visit_days']}/{row['due']}",
        str(row["days_since_visit"]),
        drilldown_links.place(row),
    ]
    for row in late
]
if lines:
    headings = [_("代号"), _("村（社区）"), _("走访"), _("已访/应访"), _("距上次（天）"), _("台账位置")]
    tables.folded_table(headings, lines, (3, 4), FIRST, _("其余 {count} 名"))
else:
    st.info(_("应有走访的儿童都跟上了。"))
