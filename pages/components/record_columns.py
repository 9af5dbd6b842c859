"""The columns that each kind of row behind a figure shows; nothing here names a person."""

import datetime as dt
import html
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checks.catalogue import word
from locales import _, either
from pages.charts import plotly_charts
from pages.components import drilldown_links
from pages.components.page_frame import View
from pages.components.tables import Column
from pages.text import formatting, labels, pairing_faults

_FIGURES = ("number", "lacking", "visits_due", "gaps", "files")  # cells that hold figures
_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def columns(kind: str, view: View) -> list[Column]:
    """Return the columns of a kind of rows (warehouse/sql/rows): whose a row is, what it holds, where it stands."""
    return [*subject(kind, view), village_column(), *listed("rows", kind), *([] if kind == "villages" else [place_column()])]


def subject(kind: str, view: View) -> list[Column]:
    """Return the column that says whose a row is; none where the reader is to see of that part of a child's record only how many rows."""
    part = {"care": "care_events", "reports": "safety_reports"}.get(kind)
    if kind in ("declarations", "villages") or (part and not view.may("record", part)):
        return []
    if kind == "helpers":
        return [Column(_("代号"), lambda row: row["helper_id"][:8])]
    return [Column(_("代号"), lambda row: drilldown_links.child(view, row["child_id"]))]


def without_birthdays(view: View, rows: list[dict]) -> list[dict]:
    """Return rows behind a figure, a record or findings without days that tell a birthday, for readers who are not to know it."""
    if view.may("record", "birthday"):
        return rows
    hidden = dict.fromkeys(("last_on", "held_on", "last_eligible_on", "detail"))
    return [row | hidden if _tells_birthday(row) else row for row in rows]


def _tells_birthday(row: dict) -> bool:
    if "last_eligible_on" in row:
        return row["state"] != "expired" or row["reason"] == "age_limit"
    return row.get("occasion") == "birthday" or row.get("code") == "eligibility_ends_soon"


def listed(part: str, kind: str, **cells: Callable[[Any], str]) -> list[Column]:
    """Return the columns of a list of record_columns.toml; `cells` are those that the page knows alone, by their names."""
    columns = [(what, name, either(*heading)) for what, name, *heading in _LISTS[part].get(kind, [])]
    return [
        Column(heading, cells[what], what in _FIGURES) if what in cells else column(what, name, heading) for what, name, heading in columns
    ]


def column(what: str, name: str, heading: str) -> Column:
    """Return a column of cells as _CELLS have them, or of codes in the words of a kind; rows are dicts or objects."""
    cell = _CELLS.get(what) or (lambda row, name: html.escape(labels.word(what, row[name])))
    return Column(heading, lambda row: cell(row if isinstance(row, dict) else vars(row), name), what in _FIGURES)


def figure_column(view: View, code: str) -> Column:
    """Return the column of a share or of a figure, metric.figure, in rows of its metric; its cells open their lists."""
    if "." not in code:
        return Column(labels.share_name(code), lambda row: drilldown_links.share_of(view, code, row), True, code)
    metric, _dot, name = code.partition(".")
    return Column(labels.short_name(code), lambda row: drilldown_links.figure_of(view, metric, name, row), True, code)


def village_column() -> Column:
    """Return the column of the village."""
    return column("text", "village", _("村（社区）"))


def place_column() -> Column:
    """Return the column of the place in the ledgers."""
    return Column(_("台账位置"), drilldown_links.place)


def _pairing(row: dict) -> str:
    lines = [_("爱心家庭")] if row["is_family_paired"] else []
    lines += [_("部门包片")] if row["is_department_covered"] else []
    if not lines:
        return _("没有")
    lines += [] if row["is_covered"] else [_("还缺爱心家庭")]
    lines += pairing_faults.reasons(row)
    return f"{formatting.mark('、').strip()}<br>".join(map(html.escape, lines))


def _span(first: dt.date | None, last: dt.date | None) -> str:
    return f" {first or '…'} – {last or '…'}" if first or last else ""


# The markup of a cell, of a row and the name of a column.
_CELLS: dict[str, Callable[[dict, str], str]] = {
    "class": lambda row, name: formatting.class_short(row[name]) if row.get(name) else "—",
    "day": lambda row, name: str(row[name] or "—"),
    "dibao_span": lambda row, _name: _span(row["dibao_from"], row["dibao_until"]) or "—",
    "field": lambda row, name: html.escape(labels.field_name(row[name])),
    "helper_code": lambda row, name: row[name][:8] if row[name] else _("对不上帮扶人"),
    "beginning": lambda row, name: row[name][:12],
    "ledger": lambda row, name: html.escape(word(row[name])),
    "lines": lambda row, name: "<br>".join(map(html.escape, row[name])),
    "moment": lambda row, name: html.escape(formatting.moment(row[name])),
    "lacking": lambda row, _name: str(row["fields_required"] - row["fields_filled"]),
    "need_state": lambda row, _name: _("已办结") if row["is_resolved"] else _("已超期") if row["is_overdue"] else _("办理中"),
    "number": lambda row, name: str(row[name]),
    "pairing": lambda row, _name: _pairing(row),
    "parent_span": lambda row, who: (
        html.escape(labels.word("parent", row[f"{who}_status"])) + _span(row[f"{who}_since"], row[f"{who}_until"])
    ),
    "reason": lambda row, name: html.escape(word(row[name])) or "—",
    "slots": lambda row, _name: f"{plotly_charts.visit_slots(row['visit_days'])} {row['visit_days']}/{row['due']}",
    "topics": lambda row, _name: html.escape(formatting.join_names([labels.word("topic", code) for code in row["topics"].split()]) or "—"),
    "visits_due": lambda row, _name: f"{row['visit_days']}/{row['visits_due']}",
    "gaps": lambda row, _name: f"{row['days_since_visit']}/{row['longest_gap_days']}",
    "text": lambda row, name: html.escape(row[name] or "—"),
    "yes": lambda row, name: _("是") if row[name] else _("否"),
}
