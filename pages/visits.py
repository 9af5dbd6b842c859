"""Visits: how many children are visited, keep pace and have had theirs; where, when, about what, and whose visits fall short."""

import calendar
import datetime as dt
import html
from collections import Counter

import streamlit as st

from locales import _
from pages.charts import heatmap, plotly_charts
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, record_columns, tables, trends, url_state
from pages.components.tables import Column
from pages.data import measures
from pages.data.queries import Figures, months_before
from pages.text import formatting, labels
from pages.text.masked_count import is_hidden

FIRST, WORST = 15, 3  # children before the rest are folded, villages named first
NAMES = (
    *"due_children on_pace never_visited over_60_days within_60_days phone_only target_reached target_in_reach target_out_of_reach".split(),
    *plotly_charts.visit_count_figures(),
)
view = page_frame.open_view("visits", has_classes=True)
figures = view.figures
if is_hidden(figures.of("visits", view.village_id)["on_pace"]):
    page_frame.heading(_("走访"), view, _("{year} 年的走访尚无数据：台账还没有报来。").format(year=view.day.year))
    newest = max(row["newest_on"] for row in figures.last_reports(view.day))
    text = _("看 {day} 的走访").format(day=newest)
    st.html(f"<p>{drilldown_links.anchor(drilldown_links.to('visits', view, day=newest), text, text)}</p>")
    st.stop()
by_village = measures.counts(figures, "visits", "in_scope", NAMES, view.group)
whole = measures.whole(figures, "visits", "in_scope", NAMES, view.group, view.village_id)
reported = [row for row in view.chosen(by_village) if not is_hidden(row["on_pace"])]
visits = view.chosen(figures.rows_behind("visits", "visit_days"))
children = view.chosen(figures.rows_behind("visits", "in_scope"))
if view.group:
    of_group = {row["child_id"] for row in figures.of_group("visits", "in_scope", view.group)}
    visits, children = ([row for row in rows if row["child_id"] in of_group] for rows in (visits, children))
months = {str(month): _("{month}月").format(month=month) for month in range(1, view.day.month + 1)}
month = url_state.url_choice("month", list(months))


def listed(name: str) -> str:
    """Return a count of the place chosen that opens its list."""
    return drilldown_links.figure(view, "visits", name, whole[name])


sentence = _(
    "截至{day}，今年已走访 {visit_days} 人次（按日计）；应有走访的 {due_children} 名儿童中 {on_pace} 名走访跟上，{never_visited} 名应访未访；范围内 {in_scope} 名儿童中 {six_reached} 名已满 6 次。"
)
numbers = {"day": formatting.day(view.day), "visit_days": len(visits)}
chip = {"month": _("{month}没有走访").format(month=months[month])} if month else {}
page_frame.heading(_("走访"), view, sentence.format(**whole | numbers), chip)


def card(share: str, note: str) -> metric_cards.Card:
    """Return the card of a share of the children in scope, without a target."""
    parts = whole[share.removesuffix("_share")], whole["in_scope"]
    return metric_cards.Card(share, *parts, drilldown_links.parts(view, share, *parts), note=note)


metric_cards.show(
    [
        metric_cards.share_card(view, "visit_pace_share", _("应访未访 {never} 人").format(never=listed("never_visited"))),
        card("six_reached_share", _("按日计共 {days} 次，电话、视频不计").format(days=len(visits))),
        card("within_60_days_share", _("超过 60 天未走访 {count} 人").format(count=listed("over_60_days"))),
    ]
)

steps = [
    (_("帮扶范围内的儿童"), whole["in_scope"], listed("in_scope")),
    (_("到这一天应有走访"), whole["due_children"], listed("due_children")),
    (_("至少走访过一次"), whole["due_children"] - whole["never_visited"], str(whole["due_children"] - whole["never_visited"])),
    (_("走访跟上"), whole["on_pace"], listed("on_pace")),
]
chart_blocks.section_heading(_("从应访到跟上"), _("每一步都是上一步的一部分，百分比都占第一步；单位：人，点数字看名单"))
chart_blocks.steps(steps)
sentence = _("全年应访次数（按在册时间折算，年中纳入的不到 6 次）：{reached} 人已满，{can} 人还来得及，{cannot} 人已来不及。")
reached, can, cannot = (listed(f"target_{name}") for name in ("reached", "in_reach", "out_of_reach"))
st.html(f"<p>{sentence.format(reached=reached, can=can, cannot=cannot)}</p>")

years = range(figures.months()[0].year if figures.months() else view.day.year, view.day.year + 1)


def by_month(year: int) -> list[int | None]:
    """Return the visits of a year's months up to the day looked at, of the place and classes chosen; of another year all twelve."""
    if year == view.day.year:
        counted = Counter(row["visited_on"].month for row in visits)
        return [counted[number] if number <= view.day.month else None for number in range(1, 13)]
    rows = figures.on(view.day.replace(year=year, month=12, day=31)).counts("visits", ("visit_days",), "village_id", "month")
    counted = Counter[int]()
    for row in view.chosen(rows):
        counted[row["month"]] += row["visit_days"]
    return [counted[number] for number in range(1, 13)]


def month_end(year: int, month: int) -> dt.date:
    """Return the last day of a month, or the day looked at where that is earlier."""
    return min(dt.date(year, month, calendar.monthrange(year, month)[1]), view.day)


of_years = {year: by_month(year) for year in ([view.day.year] if view.group else years)}
days = {year: months_before(view.day, 12 * (view.day.year - year)) for year in of_years}
so_far = {year: figures.of("visits", view.village_id, day)["visit_days"] for year, day in days.items()} if not view.group else {}
so_far[view.day.year] = len(visits)
title = formatting.mark("；").join(_("{year}年同期走访 {count} 人次").format(year=year, count=count) for year, count in so_far.items())
chart_blocks.chart(
    plotly_charts.year_lines(of_years),
    title,
    _("每月走访人次（同一儿童一天算一次），各年对照；标题是各年到同一天的数；点一个点看那个月末"),
    plotly_charts.alternative_text(title, [f"{year}: {counts}" for year, counts in of_years.items()]),
    key="years",
    on_press=lambda point: chart_blocks.choose_day(month_end([*of_years][point["curve_number"]], point["x"])),
)

lacking = sorted((row for row in reported if row["on_pace"] < row["due_children"]), key=lambda row: row["on_pace"] - row["due_children"])
if lacking and view.village_id is None:
    worst = [f"{drilldown_links.village(view, row['village'])} {row['due_children'] - row['on_pace']}" for row in lacking[:WORST]]
    st.html("<p><b>" + html.escape(_("没跟上的儿童最多的村（社区）：")) + "</b>" + formatting.mark("、").join(worst) + "</p>")
subtitle = _("到这一天应有走访的儿童中，走访天数不少于应访次数的比例；点横条只看这个村（社区）")
chart_blocks.village_bars(view, "visit_pace_share", subtitle, key="pace_visits")


def choose_month(point: dict) -> None:
    """Narrow the list of children to the month, and all pages to the village, of the cell or point that was pressed."""
    month = next((code for code, name in months.items() if point["x"] in (name, int(code))), "")
    names = {html.escape(row["name"]): row["village_id"] for row in view.chosen(figures.villages())}
    st.session_state["month"], st.session_state["village"] = month, names.get(point["y"], view.village_id or "")


def draw_children() -> None:
    """Show whose visits fall short, or the children without a visit in the month chosen."""
    if month:
        there = {row["child_id"] for row in visits if row["visited_on"].month == int(month)}
        late = [row for row in children if row["child_id"] not in there]
        title = _("{month}没有走访的 {count} 名儿童（代号）").format(month=months[month], count=len(late))
    else:
        late = [row for row in children if row["visit_days"] < row["due"]]
        title = _("走访没跟上的 {count} 名儿童（代号）").format(count=len(late))
    late.sort(key=lambda row: (row["visit_days"] - row["due"], -row["days_since_visit"]))
    chart_blocks.section_heading(title, _("六个圆点代表一年六次；位置指向台账中的行"))
    lines = [
        [
            drilldown_links.child(view, row["child_id"]),
            html.escape(row["village"]),
            plotly_charts.visit_slots(row["visit_days"]),
            f"{row['visit_days']}/{row['due']}",
            str(row["days_since_visit"]),
            drilldown_links.place(row),
        ]
        for row in late
    ]
    headings = [_("代号"), _("村（社区）"), _("走访"), _("已访/应访"), _("距上次（天）"), _("台账位置")]
    nothing = _("这个月每名儿童都走访过。") if month else _("应有走访的儿童都跟上了。")
    tables.folded_table(headings, lines, (3, 4), FIRST, _("其余 {count} 名"), nothing)


def draw_villages() -> None:
    """Show the villages by what falls short, and their visits by month, of which a cell narrows the page."""
    chart_blocks.section_heading(
        _("待跟进的儿童，按村（社区）"), _("单位：人，截至 {day}").format(day=view.day), drilldown_links.table_export(view, "visits")
    )
    tables.rows_table(
        sorted(reported, key=lambda row: (row["on_pace"] - row["due_children"], -row["over_60_days"])),
        [
            Column(_("村（社区）"), lambda row: drilldown_links.village(view, row["village"])),
            Column(_("走访没跟上"), lambda row: str(row["due_children"] - row["on_pace"]), is_figure=True),
            *(record_columns.figure_column(view, f"visits.{name}") for name in ("never_visited", "over_60_days", "phone_only")),
            record_columns.figure_column(view, "visit_pace_share"),
        ],
    )
    need = {row["village_id"]: row["on_pace"] - row["due_children"] for row in reported}
    villages = sorted(view.chosen(figures.villages()), key=lambda row: need.get(row["village_id"], 0))
    visited = Counter((row["village_id"], row["visited_on"].month) for row in visits)
    grid = [[visited[row["village_id"], number] for number in range(1, 13)] for row in villages]
    totals = [sum(row[number] for row in grid) for number in range(view.day.month)]
    busiest = max(range(len(totals)), key=totals.__getitem__) + 1
    title = _("{year}年走访最多的是 {month} 月（{count} 人次）").format(year=view.day.year, month=busiest, count=max(totals))

    def draw() -> dict:
        at = tables.part(len(villages), chart_blocks.MOST, "all_months")
        return heatmap.visits_by_month([row["name"] for row in villages[at]], grid[at], view.day.month)

    chart_blocks.chart(
        draw,
        title,
        _("各村（社区）每月走访人次，截至 {day}；点一格，下面列出那个村那个月没有走访的儿童").format(day=view.day),
        plotly_charts.alternative_text(title, [f"{row['name']} {sum(counts)}" for row, counts in zip(villages, grid, strict=True)]),
        key="months",
        on_press=choose_month,
    )
    draw_children()


def of_topics(on: Figures, by: str) -> list[dict]:
    """Return the topics of visits of the place chosen, or by village, on a day."""
    return view.chosen(on.ask("topics", by)) if by == "village" else on.ask("topics", by)


def topic_columns(name: str) -> list[Column]:
    """Return the columns of how many visits were on a topic, which open their list, and of their share, with its bar."""
    count = Column(
        _("走访次数"),
        lambda row: drilldown_links.figure(view, "topics", f"with_{row['topic']}", row["with_topic"], village=row.get("village")),
        True,
    )
    share = Column(
        name, lambda row: formatting.share(row["with_topic"], row["visits"]) + tables.bar(row["with_topic"], row["visits"]), True
    )
    return [count, share]


def draw_topics() -> None:
    """Show what visits spoke of: now and on the day compared; one topic over time and by village; how long the gaps between visits are."""
    by = "town" if view.village_id is None else "village"
    now = sorted(of_topics(figures, by), key=lambda row: row["topic_share"] or 0)
    before = {row["topic"]: row["topic_share"] for row in of_topics(figures.on(figures.before), by)}
    title = _("走访时谈了什么：{count} 人次写有走访内容").format(count=max((row["visits"] for row in now), default=0))
    chart_blocks.section_heading(
        title, _("谈到各项内容的走访占写有内容的走访的比例（方案 3.2.1）；右边是 {before}").format(before=figures.before)
    )
    tables.rows_table(
        now,
        [
            Column(_("走访内容"), lambda row: html.escape(labels.word("topic", row["topic"]))),
            *topic_columns(_("谈到的比例")),
            Column(str(figures.before), lambda row: formatting.percent(before.get(row["topic"])), True),
        ],
    )
    if not now:
        return
    topics = {row["topic"]: labels.word("topic", row["topic"]) for row in now}
    topic = url_state.url_select("topic", _("看哪项内容"), list(topics), topics.__getitem__, next(iter(topics)))
    days = sorted({*figures.months(), view.day})
    shares = [next((row["topic_share"] for row in of_topics(figures.on(day), by) if row["topic"] == topic), None) for day in days]
    values = [None if is_hidden(share) else share for share in shares]
    trends.line(topics[topic], days, {view.village: values}, _("每月末，当年到那天的走访"), "topic_line")
    if not view.village_id:
        rows = [row for row in figures.ask("topics", "village") if row["topic"] == topic and not is_hidden(row["visits"]) and row["visits"]]
        columns = [Column(_("村（社区）"), lambda row: drilldown_links.village(view, row["village"])), *topic_columns(topics[topic])]
        tables.rows_table(sorted(rows, key=lambda row: row["topic_share"]), columns, FIRST, toggle="all_topic")
    gaps = figures.of("gaps", view.village_id)
    sentence = _("今年最长走访间隔的中位数 {days} 天；{over} 名儿童有过 90 天以上没有走访；{phone} 名今年只有电话、视频联系。")
    over = drilldown_links.figure(view, "gaps", "over_90_days", gaps["over_90_days"])
    median = gaps["median_longest_gap_days"]
    st.html("<p>" + sentence.format(days="—" if median is None else f"{median:.0f}", over=over, phone=listed("phone_only")) + "</p>")


def draw_kinds() -> None:
    """Show visits by kinds of children, by mode and by how many days they were on."""
    left, right = st.columns(2, gap="large")
    with left:
        chart_blocks.section_heading(_("不同儿童的走访"), _("应有走访的儿童中跟上的，按年龄和性别"))
        lines = []
        for column in ("age_group", "sex"):
            for code, name in labels.words(column).items():
                due = [row for row in children if row["is_due"] and row[column] == code]
                if due:
                    lines.append([html.escape(name), formatting.share(sum(row["is_on_pace"] for row in due), len(due))])
        tables.table([_("儿童"), labels.share_name("visit_pace_share")], lines, (1,))
    with right:
        chart_blocks.section_heading(_("怎样走访的"), _("今年台账里的走访，按方式；电话、视频不计入次数"))
        modes = Counter[str]()
        for row in view.chosen(figures.rows("visit_modes", as_of=view.day)):
            modes[row["mode"]] += row["visits"]
        tables.table([_("方式"), _("次数")], [[html.escape(labels.word("mode", mode)), str(n)] for mode, n in modes.most_common()], (1,))
    lines = [
        [
            _("{days} 天").format(days=name.removeprefix("had_") if name.startswith("had_") else "6+"),
            listed(name) + tables.bar(whole[name], whole["in_scope"]),
        ]
        for name in plotly_charts.visit_count_figures()
    ]
    chart_blocks.section_heading(_("今年走访了几天"), _("帮扶范围内的儿童按今年走访天数，单位：人；点数字看名单"))
    tables.table([_("走访天数"), _("儿童人数")], lines, (1,))


topics_part = {} if view.group else {"topics": (_("走访内容和间隔"), draw_topics)}  # topics are not of children, so not of classes
page_frame.details(
    {"villages": (_("各村（社区）和名单"), draw_villages), "kinds": (_("哪些儿童、怎样走访"), draw_kinds)}
    | topics_part
    | trends.part(view, ["visit_pace_share", "within_60_days_share", "six_reached_share"])
)
page_frame.definition(view, "visits", "topics", "gaps")
