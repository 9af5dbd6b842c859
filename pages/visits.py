"""Visits: six a year for each child; who is behind, where, and in which months."""

import html
from collections import Counter

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame
from pages.text import formatting

view = page_frame.open_view("visits")
figures = view.figures
whole = figures.of("visits", view.village_id)
children = [row for row in view.chosen(figures.step("children_at")) if row["is_in_scope"]]
# Who can still have all the visits due this year: one a day at most, in the days that are left.
REACH = {
    "reached": lambda row: row["visit_days"] >= row["due_year"],
    "in_reach": lambda row: 0 < row["due_year"] - row["visit_days"] <= row["days_left"],
    "out_of_reach": lambda row: row["due_year"] - row["visit_days"] > row["days_left"],
}
counts = [sum(1 for row in children if row["visit_days"] == number) for number in range(6)]
reached = sum(1 for row in children if row["visit_days"] >= plotly_charts.SIX)
page_frame.heading(_("走访"), view, formatting.visits_sentence(view.day, whole, reached, len(children)))
average = _("人均 {rate} 次/年").format(rate="—" if whole["visits_per_child_year"] is None else f"{whole['visits_per_child_year']:.1f}")


def parts(code: str, numerator: int, denominator: int) -> str:
    """The parts of a share, opening their list."""
    return drilldown_links.parts(view, code, numerator, denominator)


behind_60 = drilldown_links.figure(view, "visits", "over_60_days", whole["over_60_days"])
never = drilldown_links.figure(view, "visits", "never_visited", whole["never_visited"])
visit_days = drilldown_links.figure(view, "visits", "visit_days", whole["visit_days"])
within = len(children) - whole["over_60_days"]
target = {name: sum(1 for row in children if is_so(row)) for name, is_so in REACH.items()}
page_frame.cards(
    [
        metric_cards.of_share(view, "visit_pace_share", _("{average}；今年还没走访过 {never} 人").format(average=average, never=never)),
        page_frame.Card(
            _("今年已满 6 次"),
            reached,
            len(children),
            parts("six_reached_share", reached, len(children)),
            None,
            None,
            _("按日计共 {days} 次，电话、视频不计").format(days=visit_days),
        ),
        page_frame.Card(
            _("60 天内走访过"),
            within,
            len(children),
            parts("within_60_days_share", within, len(children)),
            None,
            None,
            _("超过 60 天未走访 {count} 人").format(count=behind_60),
        ),
    ]
)
page_frame.definition(view, "visits")
told = _("到年底：{reached} 人已满应访次数，{can} 人还来得及，{cannot} 人已来不及。")
reach = {name: drilldown_links.figure(view, "visits", f"target_{name}", count) for name, count in target.items()}
st.html(f"<p>{told.format(reached=reach['reached'], can=reach['in_reach'], cannot=reach['out_of_reach'])}</p>")

title = _("{reached}/{total} 名儿童今年已满 6 次，{never} 名一次也没有").format(reached=reached, total=len(children), never=counts[0])
spoken = title + ": " + "; ".join(f"{number} → {count}" for number, count in enumerate([*counts, reached]))
chart_blocks.chart(
    plotly_charts.six_bars(
        [*counts, reached],
        [drilldown_links.to("rows", view, figure=f"visits.{name}") for name in (*(f"had_{n}" for n in range(6)), "six_reached")],
    ),
    title,
    _("帮扶范围内儿童按今年走访天数，单位：人，截至 {day}").format(day=view.day),
    spoken,
    key="six",
)

by_village = figures.ask("visits", "village")
bars = [(row["village"], row["on_pace"], row["due_children"]) for row in by_village]
title = formatting.coverage_title(_("走访进度"), bars)
chart_blocks.chart(
    plotly_charts.share_bars(
        bars,
        figures.target("visit_pace_share"),
        lists={name: drilldown_links.to("rows", view, village=name, share="visit_pace_share") for name, _n, _d in bars},
    ),
    title,
    _("到这一天应有走访的儿童中，走访天数不少于应访次数的比例"),
    plotly_charts.spoken_bars(title, bars),
    key="pace_visits",
    take=drilldown_links.take_chart(view, "village", "visit_pace_share"),
)

chart_blocks.section_heading(
    _("待跟进的儿童，按村（社区）"), _("单位：人，截至 {day}").format(day=view.day), drilldown_links.take_tables(view, "visits")
)
waiting = sorted(view.chosen(by_village), key=lambda row: (-(row["due_children"] - row["on_pace"]), -row["over_60_days"]))
lines = [
    [
        html.escape(row["village"]),
        str(row["due_children"] - row["on_pace"]),
        drilldown_links.figure(view, "visits", "never_visited", row["never_visited"], village=row["village"]),
        drilldown_links.figure(view, "visits", "over_60_days", row["over_60_days"], village=row["village"]),
        drilldown_links.share(view, "visit_pace_share", row["on_pace"], row["due_children"], village=row["village"]),
        "—" if row["visits_per_child_year"] is None else f"{row['visits_per_child_year']:.1f}",
    ]
    for row in waiting
]
page_frame.table(
    [_("村（社区）"), _("落后于进度"), _("今年未走访"), _("超过60天"), _("跟上进度"), _("人均次/年")], lines, right=(1, 2, 3, 4, 5)
)

by_month = Counter((row["village_id"], row["visited_on"].month) for row in figures.rows_behind("visits", "visit_days"))
shown = view.chosen(figures.villages())
grid = [[by_month[row["village_id"], month] for month in range(1, 13)] for row in shown]
totals = [sum(row[month] for row in grid) for month in range(view.day.month)]
busiest = max(range(len(totals)), key=totals.__getitem__) + 1
title = _("{year}年走访最多的是 {month} 月（{count} 人次）").format(year=view.day.year, month=busiest, count=max(totals))
spoken = title + ": " + "; ".join(f"{row['name']} {sum(line)}" for row, line in zip(shown, grid, strict=True))
chart_blocks.chart(
    plotly_charts.heat_months([row["name"] for row in shown], grid, view.day.month),
    title,
    _("各村（社区）每月走访人次（同一儿童一天算一次），截至 {day}").format(day=view.day),
    spoken,
    key="months",
)

late = sorted(
    (row for row in children if row["visit_days"] < row["due"]), key=lambda row: (row["visit_days"] - row["due"], -row["days_since_visit"])
)
chart_blocks.section_heading(
    _("落后于进度的 {count} 名儿童（代号）").format(count=len(late)), _("六个圆点代表一年六次；位置指向台账中的行")
)
names = {row["village_id"]: row["name"] for row in figures.villages()}
lines = [
    [
        drilldown_links.child(view, row["child_id"]),
        html.escape(names[row["village_id"]]),
        plotly_charts.slots(row["visit_days"]),
        f"{row['visit_days']}/{row['due']}",
        str(row["days_since_visit"]),
        drilldown_links.place(row),
    ]
    for row in late
]
HEADINGS = [_("代号"), _("村（社区）"), _("走访"), _("已访/应访"), _("距上次（天）"), _("台账位置")]
SHOWN = 15
if lines:
    page_frame.table(HEADINGS, lines[:SHOWN], right=(3, 4))
    if len(lines) > SHOWN:
        with st.expander(_("其余 {count} 名").format(count=len(lines) - SHOWN)):
            page_frame.table(HEADINGS, lines[SHOWN:], right=(3, 4))
else:
    st.info(_("没有落后于进度的儿童。"))
