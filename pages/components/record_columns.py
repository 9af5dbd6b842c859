"""The columns that each kind of row behind a figure shows; nothing here names a person."""

import html

from checks.catalogue import word
from locales import _
from pages.charts import plotly_charts
from pages.components import drilldown_links
from pages.components.page_frame import View
from pages.components.tables import Column
from pages.text import formatting, labels, pairing_faults


def columns(kind: str, view: View) -> list[Column]:
    """Return the columns of a kind of rows (warehouse/sql/rows): whose a row is, what it holds, where it stands."""
    child = Column(_("代号"), lambda row: drilldown_links.child(view, row["child_id"]))
    helper = Column(_("代号"), lambda row: row["helper_id"][:8])
    class_no, mode = class_column(), word_column(_("方式"), "mode", "mode")
    content = {
        "children": [
            class_no,
            word_column(_("资格"), "state", "state"),
            Column(_("结对"), _pairing),
            Column(_("今年走访"), lambda row: f"{plotly_charts.visit_slots(row['visit_days'])} {row['visit_days']}/{row['due']}"),
            Column(_("距上次/最长（天）"), lambda row: f"{row['days_since_visit']}/{row['longest_gap_days']}", is_figure=True),
        ],
        "memberships": eligibility_columns(),
        "visits": [day_column(_("走访日期"), "visited_on"), mode],
        "topics": [day_column(_("走访日期"), "visited_on"), mode, Column(_("走访内容"), _topics)],
        "needs": [
            word_column(_("问题类别"), "category", "need"),
            day_column(_("提出"), "raised_on"),
            day_column(_("时限"), "due_on"),
            day_column(_("办结"), "resolved_on"),
            yes_column(_("会商"), "is_joint_meeting"),
            Column(_("情况"), lambda row: _("已办结") if row["is_resolved"] else _("已超期") if row["is_overdue"] else _("办理中")),
        ],
        "helpers": [
            Column(_("单位"), lambda row: html.escape(row["unit"] or "—")),
            word_column(_("人员类别"), "category", "helper"),
            yes_column(_("今年受过培训"), "is_trained"),
            yes_column(_("领到明白卡"), "is_carded"),
            number_column(_("结对儿童"), "children"),
            Column(_("今年走访"), lambda row: f"{row['visit_days']}/{row['visits_due']}", is_figure=True),
            day_column(_("最近走访"), "last_visit_on"),
        ],
        "care": [word_column(_("节点"), "occasion", "occasion"), day_column(_("最晚"), "last_on"), day_column(_("慰问日"), "held_on")],
        "fields": [
            class_no,
            number_column(_("已填"), "fields_filled"),
            number_column(_("应填"), "fields_required"),
            Column(_("还缺"), lambda row: str(row["fields_required"] - row["fields_filled"]), is_figure=True),
        ],
        "missing_cells": [class_no, Column(_("没有填的"), lambda row: html.escape(labels.field_name(row["field"])))],
        "reports": [day_column(_("发现"), "found_on"), day_column(_("报告"), "reported_on"), yes_column(_("次日内报出"), "is_same_day")],
        "declarations": [class_no, yes_column(_("已报"), "is_declared"), day_column(_("首次报送"), "ledger_on")],
        "villages": [yes_column(_("一季度更新过"), "is_updated")],
        "leads": [day_column(_("日期"), "day_on"), mode, day_column(_("登记日"), "recorded_on")],
    }[kind]
    subject = [] if kind in ("declarations", "villages") else [helper if kind == "helpers" else child]
    return [*subject, village_column(), *content, *([] if kind == "villages" else [place_column()])]


def figure_column(view: View, code: str) -> Column:
    """Return the column of a share or of a figure, metric.figure, in rows of its metric; its cells open their lists."""
    if "." not in code:
        return Column(labels.share_name(code), lambda row: drilldown_links.share_of(view, code, row), True, code)
    metric, _dot, name = code.partition(".")
    return Column(labels.short_name(code), lambda row: drilldown_links.figure_of(view, metric, name, row), True, code)


def village_column() -> Column:
    """Return the column of the village."""
    return Column(_("村（社区）"), lambda row: html.escape(row["village"] or "—"))


def place_column() -> Column:
    """Return the column of the place in the ledgers."""
    return Column(_("台账位置"), drilldown_links.place)


def day_column(heading: str, name: str) -> Column:
    """Return a column of days."""
    return Column(heading, lambda row: str(row[name] or "—"))


def number_column(heading: str, name: str) -> Column:
    """Return a column of numbers."""
    return Column(heading, lambda row: str(row[name]), is_figure=True)


def word_column(heading: str, name: str, kind: str) -> Column:
    """Return a column of codes in words."""
    return Column(heading, lambda row: html.escape(labels.word(kind, row[name])))


def yes_column(heading: str, name: str) -> Column:
    """Return a column of yes or no."""
    return Column(heading, lambda row: _("是") if row[name] else _("否"))


def class_column() -> Column:
    """Return the column of the class with its number."""
    return Column(_("类别"), lambda row: formatting.class_short(row["class_no"]) if row.get("class_no") else "—")


def eligibility_columns() -> list[Column]:
    """Return the columns of a class: which, how it is judged on the day, why, and until when."""
    reason = Column(_("原因"), lambda row: html.escape(word(row["reason"])) or "—")
    return [class_column(), word_column(_("资格"), "state", "state"), reason, day_column(_("最后符合日"), "last_eligible_on")]


def _topics(row: dict) -> str:
    return html.escape(formatting.join_names([labels.word("topic", code) for code in row["topics"].split()]) or "—")


def _pairing(row: dict) -> str:
    lines = [_("爱心家庭")] if row["is_family_paired"] else []
    lines += [_("部门包片")] if row["is_department_covered"] else []
    if not lines:
        return _("没有")
    lines += [] if row["is_covered"] else [_("还缺爱心家庭")]
    lines += pairing_faults.reasons(row)
    return f"{formatting.mark('、').strip()}<br>".join(map(html.escape, lines))
