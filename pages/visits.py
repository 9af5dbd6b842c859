"""Visits: six a year for each child; who is behind, where, and in which months."""

import streamlit as st

from locales import _
from pages.parts import charts, frame, show, words
from warehouse import metrics

view = frame.stand("visits")
figures = view.figures
whole = figures.of("visits", view.village_id)
children = [row for row in view.chosen(figures.step("children_at")) if row["is_in_scope"]]
counts = [sum(1 for row in children if row["visit_days"] == number) for number in range(6)]
reached = sum(1 for row in children if row["visit_days"] >= charts.SIX)
frame.heading(_("走访"), view, words.visits_sentence(view.day, whole, reached, len(children)))
before = figures.of("visits", view.village_id, figures.month_ago())
average = _("人均 {rate} 次/年").format(rate="—" if whole["visits_per_child_year"] is None else f"{whole['visits_per_child_year']:.1f}")
frame.cards(
    [
        frame.Card(_("走访跟上进度"), whole["on_pace"], whole["due_children"], 1.0, before["visit_pace_share"], average),
        frame.Card(_("今年已满 6 次"), reached, len(children), None, None, _("按日计，电话、视频不计")),
        frame.Card(
            _("60 天内走访过"),
            len(children) - whole["over_60_days"],
            len(children),
            None,
            None,
            _("超过 60 天未走访 {count} 人").format(count=whole["over_60_days"]),
        ),
    ]
)
frame.definition("visits")

title = _("{reached}/{total} 名儿童今年已满 6 次，{never} 名一次也没有").format(reached=reached, total=len(children), never=counts[0])
spoken = title + ": " + "; ".join(f"{number} → {count}" for number, count in enumerate([*counts, reached]))
show.chart(
    charts.six_bars([*counts, reached]),
    title,
    _("帮扶范围内儿童按今年走访天数，单位：人，截至 {day}").format(day=view.day),
    spoken,
    key="six",
)

by_village = figures.ask("visits", "village")
bars = [(row["village"], row["on_pace"], row["due_children"]) for row in by_village]
title = words.coverage_title(_("走访进度"), bars)
show.chart(
    charts.share_bars(bars, 1.0),
    title,
    _("到这一天应有走访的儿童中，走访天数不少于应访次数的比例"),
    charts.spoken_bars(title, bars),
    key="pace_visits",
)

show.titled(_("待跟进的儿童，按村（社区）"), _("单位：人，截至 {day}").format(day=view.day))
waiting = sorted(view.chosen(by_village), key=lambda row: (-(row["due_children"] - row["on_pace"]), -row["over_60_days"]))
lines = [
    [
        row["village"],
        str(row["due_children"] - row["on_pace"]),
        str(row["never_visited"]),
        str(row["over_60_days"]),
        words.share(row["on_pace"], row["due_children"]),
        "—" if row["visits_per_child_year"] is None else f"{row['visits_per_child_year']:.1f}",
    ]
    for row in waiting
]
frame.table([_("村（社区）"), _("落后于进度"), _("今年未走访"), _("超过60天"), _("跟上进度"), _("人均次/年")], lines, right=(1, 2, 3, 4, 5))

MONTHS = """
with counted as ({counted})
select c.village_id, extract(month from v.visited_on) as month_no, count(distinct v.child_id || cast(v.visited_on as varchar)) as visit_days
from counted as v inner join ({states}) as c on c.child_id = v.child_id
where extract(year from v.visited_on) = extract(year from $as_of)
group by c.village_id, extract(month from v.visited_on)
"""
found = figures.rows(
    MONTHS.format(counted=metrics.steps_sql("counted_visits"), states=metrics.steps_sql("registered_children")), as_of=view.day
)
by_month = {(row["village_id"], int(row["month_no"])): row["visit_days"] for row in found}
shown = view.chosen(figures.villages())
grid = [[by_month.get((row["village_id"], month), 0) for month in range(1, 13)] for row in shown]
totals = [sum(row[month] for row in grid) for month in range(view.day.month)]
busiest = max(range(len(totals)), key=totals.__getitem__) + 1
title = _("{year}年走访最多的是 {month} 月（{count} 人次）").format(year=view.day.year, month=busiest, count=max(totals))
spoken = title + ": " + "; ".join(f"{row['name']} {sum(line)}" for row, line in zip(shown, grid, strict=True))
show.chart(
    charts.heat_months([row["name"] for row in shown], grid, view.day.month),
    title,
    _("各村（社区）每月走访人次（同一儿童一天算一次），截至 {day}").format(day=view.day),
    spoken,
    key="months",
)

late = sorted(
    (row for row in children if row["visit_days"] < row["due"]), key=lambda row: (row["visit_days"] - row["due"], -row["days_since_visit"])
)
show.titled(_("落后于进度的 {count} 名儿童（代号）").format(count=len(late)), _("六个圆点代表一年六次；位置指向台账中的行"))
names = {row["village_id"]: row["name"] for row in figures.villages()}
files = {row["sheet_id"]: (row["file"], row["sheet"]) for row in figures.rows("select sheet_id, file, sheet from ledger_sheets")}
lines = [
    [
        row["child_id"][:8],
        names[row["village_id"]],
        charts.slots(row["visit_days"]),
        f"{row['visit_days']}/{row['due']}",
        str(row["days_since_visit"]),
        _("{file} {sheet} 第{row}行").format(file=files[row["sheet_id"]][0], sheet=files[row["sheet_id"]][1], row=row["row_no"]),
    ]
    for row in late
]
HEADINGS = [_("代号"), _("村（社区）"), _("走访"), _("已访/应访"), _("距上次（天）"), _("台账位置")]
SHOWN = 15
if lines:
    frame.table(HEADINGS, lines[:SHOWN], right=(3, 4))
    if len(lines) > SHOWN:
        with st.expander(_("其余 {count} 名").format(count=len(lines) - SHOWN)):
            frame.table(HEADINGS, lines[SHOWN:], right=(3, 4))
else:
    st.info(_("没有落后于进度的儿童。"))
