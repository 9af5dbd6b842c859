"""Difficulties: what is open, overdue and solved, of what kind, where and with whom; what needs a joint meeting now."""

import datetime as dt
import html
from collections import Counter

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, record_columns, tables, trends, url_state
from pages.components.tables import Column
from pages.data import measures
from pages.text import formatting, labels

FIRST, MOST = 8, 50  # rows of what needs a meeting, of all that is open
AGES = (30, 90, 180)  # days after which a difficulty is of the next age
NAMES = ("open", "overdue", "resolved")
view = page_frame.open_view("needs", has_classes=True)
figures = view.figures
rows = figures.rows_behind("needs", "raised", view.village_id)
if view.group:
    of_group = {row["need_id"] for row in figures.of_group("needs", "raised", view.group)}
    rows = [row for row in rows if row["need_id"] in of_group]
kinds = {category: labels.word("need", category) for category in ("money", "affection", "schooling", "safety", "other")}
kind = url_state.url_choice("kind", list(kinds))
metric, ending = ("need_kinds", f"_{kind}") if kind else ("needs", "")
base, names = f"raised{ending}", tuple(f"{name}{ending}" for name in NAMES)
counted = measures.whole(figures, metric, base, names, view.group, view.village_id)
whole = dict(zip(("raised", *NAMES), (counted[name] for name in (base, *names)), strict=True))
listed = [row for row in rows if kind in ("", row["category"])]
to_meet = [row for row in listed if row["is_overdue"] and not row["is_joint_meeting"]]

sentence = _("截至{day}，{village}提出困难 {raised} 件：已办结 {resolved} 件，未办结 {open} 件，其中超期 {overdue} 件。")
sentence = sentence.format(day=formatting.day(view.day), village=view.village, **whole)
if to_meet:
    sentence += _("有 {count} 件已超期、还没有会商。").format(count=len(to_meet))
page_frame.heading(labels.word("pages", "needs"), view, sentence, {"kind": kinds[kind]} if kind else {})
links = [f"{labels.short_name(f'needs.{name}')} {drilldown_links.figure(view, metric, name + ending, whole[name])}" for name in whole]
st.html('<p class="quiet">' + html.escape(_("名单：")) + " · ".join(links) + "</p>")
if not kind:
    metric_cards.show([metric_cards.share_card(view, share) for share in ("needs_resolved_share", "overdue_share")])


def days_late(row: dict) -> str:
    """Return by how many days a difficulty is overdue, or how many are left."""
    if row["due_on"] is None:
        return _("没有时限")
    late = (view.day - row["due_on"]).days
    return _("超期 {days} 天").format(days=late) if late > 0 else _("还有 {days} 天").format(days=-late)


def urgency(row: dict) -> tuple:
    """Return what puts the longest overdue first and those without a day last."""
    return row["due_on"] is None, row["due_on"] or view.day, row["need_id"]


columns = [
    Column(_("代号"), lambda row: drilldown_links.child(view, row["child_id"])),
    record_columns.village_column(),
    *record_columns.listed("pages", "needs", late=lambda row: f"{row['due_on'] or '—'}<br>{html.escape(days_late(row))}"),
    record_columns.place_column(),
]
months = [*figures.months(), view.day] if view.day not in figures.months() else figures.months()
raised, resolved = (Counter(f"{row[name]:%Y-%m}" for row in listed if row[name]) for name in ("raised_on", "resolved_on"))


def open_at(day: dt.date) -> int:
    """Return how many difficulties were raised and not resolved at the end of a day."""
    return sum(row["raised_on"] <= day and (row["resolved_on"] is None or row["resolved_on"] > day) for row in listed)


if months:
    flow = [(f"{day:%Y-%m}", raised[f"{day:%Y-%m}"], resolved[f"{day:%Y-%m}"], open_at(day)) for day in months]
    title = _("本月提出 {raised} 件，办结 {resolved} 件，月末未办结 {open} 件").format(
        raised=flow[-1][1], resolved=flow[-1][2], open=flow[-1][3]
    )
    chart_blocks.chart(
        plotly_charts.month_flow(flow),
        title,
        _("每月提出、办结的困难和月末还没有办结的，单位：件，截至 {day}；点一个月看那个月末").format(day=view.day),
        plotly_charts.alternative_text(title, [" ".join(map(str, month)) for month in flow]),
        key="flow",
        on_press=lambda point: chart_blocks.choose_day(next(day for day in months if f"{day:%Y-%m}" == point["x"])),
    )

chart_blocks.section_heading(
    _("现在需要会商的 {count} 件").format(count=len(to_meet)), _("已超期、还没有上过会商的，超期最久的在最上面（方案 3.2.2）")
)
tables.rows_table(sorted(to_meet, key=urgency), columns, FIRST, toggle="meet_all", nothing=_("没有超期未会商的困难。"))


def kind_link(row: dict) -> str:
    """Return a kind by its name, which narrows the page to it."""
    return drilldown_links.anchor(
        drilldown_links.to("needs", view, kind=row["category"], part="kinds"), kinds[row["category"]], _("只看这一类")
    )


def of_kind(name: str) -> Column:
    """Return the column of a count by kind, which opens its list."""
    code = f"need_kinds.{name}"
    return Column(
        labels.short_name(f"needs.{name}") if name != "joint_meetings" else _("经过会商"),
        lambda row: drilldown_links.figure(view, "need_kinds", f"{name}_{row['category']}", row[name]),
        True,
        code,
    )


def draw_kinds() -> None:
    """Show difficulties by kind, of which a press narrows the page to one."""
    of_kinds = figures.ask("need_kinds", "town" if view.village_id is None else "village")
    chart_blocks.section_heading(_("按问题类别"), _("点类别只看这一类，点数字看名单"))
    tables.rows_table(
        view.chosen(of_kinds) if view.village_id else of_kinds,
        [
            Column(_("问题类别"), kind_link),
            *map(of_kind, ("raised", "open", "overdue", "resolved", "joint_meetings")),
            Column(labels.share_name("needs_resolved_share"), lambda row: formatting.share(row["resolved"], row["raised"]), True),
        ],
    )


def resolved_share(row: dict) -> str:
    """Return the share of a village that is resolved, of the kind chosen; of all kinds its parts open their list."""
    parts = row[names[2]], row[base]
    return formatting.share(*parts) if kind else drilldown_links.share(view, "needs_resolved_share", *parts, village=row["village"])


def of_village(name: str, heading: str) -> Column:
    """Return the column of a count by village, of the kind chosen."""
    return Column(labels.short_name(f"needs.{heading}"), lambda row: drilldown_links.figure_of(view, metric, name, row), True)


def draw_villages() -> None:
    """Show difficulties by village."""
    chart_blocks.section_heading(_("按村（社区）"), _("超期最多的在最上面"), drilldown_links.table_export(view, "needs"))
    by_village = view.chosen(measures.counts(figures, metric, base, names, view.group))
    tables.rows_table(
        sorted(by_village, key=lambda row: (-row[names[1]], -row[names[0]], row["village_id"])),
        [
            Column(_("村（社区）"), lambda row: drilldown_links.village(view, row["village"])),
            *(of_village(name, heading) for name, heading in zip((base, *names), whole, strict=True)),
            Column(labels.share_name("needs_resolved_share"), resolved_share, True),
        ],
    )


def draw_open() -> None:
    """Show what is open: by the unit in charge, by how long ago it was raised, and each."""
    open_rows = [row for row in listed if not row["is_resolved"]]
    left, right = st.columns(2, gap="large")
    with left:
        departments = Counter(row["department"] or _("没有写明") for row in open_rows)
        late = Counter(row["department"] or _("没有写明") for row in open_rows if row["is_overdue"])
        chart_blocks.section_heading(_("未办结的，按责任单位"), _("单位：件"))
        lines = [[html.escape(name), str(count), str(late[name])] for name, count in departments.most_common()]
        tables.table([_("责任单位"), _("未办结"), _("超期")], lines, (1, 2))
    with right:
        chart_blocks.section_heading(_("未办结的，提出了多久"), _("单位：件"))
        ages = [(view.day - row["raised_on"]).days for row in open_rows]
        bounds = [-1, *AGES]
        lines = [
            [_("{first}—{last} 天").format(first=low + 1, last=high), str(sum(low < age <= high for age in ages))]
            for low, high in zip(bounds, AGES, strict=False)
        ]
        lines.append([_("{days} 天以上").format(days=AGES[-1]), str(sum(age > AGES[-1] for age in ages))])
        tables.table([_("提出以来"), _("件数")], lines, (1,))
    chart_blocks.section_heading(_("未办结的 {count} 件").format(count=len(open_rows)), _("时限最早的在最上面"))
    tables.rows_table(sorted(open_rows, key=urgency), columns, MOST, toggle="open_all")


kinds_part = {} if view.group else {"kinds": (_("按问题类别"), draw_kinds)}
page_frame.details(
    {"villages": (_("按村（社区）"), draw_villages)}
    | kinds_part
    | {"open": (_("未办结的"), draw_open)}
    | trends.part(view, ["needs_resolved_share", "overdue_share"])
)
page_frame.definition(view, "needs", "need_kinds")
