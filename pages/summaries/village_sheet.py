"""A village on one sheet: who is short of what, and what to ask the village about. No streamlit.

What fits on a page is counted in lines here, so that a village with much to do prints on one page like any other.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from locales import _
from pages.data.queries import Figures
from pages.text import formatting, labels

MOST_CHILDREN = 10
SOON = 60  # days
MONTHS = 13  # of the trend: a year back and the day's own month


@dataclass(frozen=True)
class Short:
    """A child that is short of something, by its pseudonym; `lacks` are words, `weight` puts the neediest first."""

    row: dict
    lacks: list[str]
    weight: tuple[int, ...]


def children(figures: Figures, village_id: str) -> list[Short]:
    """The village's registered children that are short of something, the neediest first."""
    ending = _ending(figures, village_id)
    found = [_short(row, ending.get(row["child_id"])) for row in figures.rows_behind("eligibility", "registered", village_id)]
    return sorted((one for one in found if one.lacks), key=lambda one: (*one.weight, one.row["child_id"]))


def _ending(figures: Figures, village_id: str) -> dict[str, dt.date]:
    """The first day on which a class of a child ends within SOON days."""
    rows = figures.rows_behind("eligibility", f"ends_in_{SOON}", village_id)
    days = sorted((row["last_eligible_on"], row["child_id"]) for row in rows if row["last_eligible_on"])
    return {child_id: day for day, child_id in reversed(days)}


def _short(row: dict, ends_on: dt.date | None) -> Short:
    """What one child is short of."""
    is_in, behind = row["is_in_scope"], row["due"] - row["visit_days"]
    asked = {
        _("没有爱心家庭") if row["needs_family"] else _("没有结对"): is_in and not row["is_covered"],
        _("今年没走访过"): row["is_never_visited"],
        _("走访差 {count} 次").format(count=behind): is_in and not row["is_never_visited"] and not row["is_on_pace"] and behind > 0,
        _("困难超期 {count} 件").format(count=row["overdue_needs"]): row["overdue_needs"] > 0,
        _("已不符合条件"): row["state"] == "expired",
        _("资格待核实"): row["state"] == "unverified",
        _("资格到 {day}").format(day=ends_on): ends_on is not None,
    }
    first = not (is_in and not row["is_covered"]), not row["needs_family"], not row["is_never_visited"]
    return Short(row, [told for told, is_so in asked.items() if is_so], (*map(int, first), -row["overdue_needs"], -max(behind, 0)))


def endings(figures: Figures, village_id: str) -> int:
    """Classes of children that end within SOON days."""
    rows = figures.counts("eligibility", (f"ends_in_{SOON}",), "village_id")
    return next((row[f"ends_in_{SOON}"] for row in rows if row["village_id"] == village_id), 0)


def months_of_visits(figures: Figures, village_id: str) -> list[int]:
    """Visit days of the year by month, up to the day's own month."""
    counted = Counter(row["visited_on"].month for row in figures.rows_behind("visits", "visit_days", village_id))
    return [counted[month] for month in range(1, figures.day.month + 1)]


def coverage_by_month(figures: Figures, village_id: str) -> tuple[list[dt.date], list[float | None]]:
    """Coverage at the last month ends and on the day itself."""
    before = [day for day in figures.months() if day < figures.day]
    days = [*before[1 - MONTHS :], figures.day]
    told = figures.time_series("coverage", ("covered", "in_scope"), days)[village_id]
    return days, [formatting.ratio(*pair) for pair in told]


def helpers_sentence(rows: list[dict]) -> str:
    """How many helpers serve the village, of what kind, trained and with their card."""
    if not rows:
        return _("没有在岗帮扶人。")
    kinds = Counter(labels.word("helper", row["category"]) for row in rows)
    told = _("在岗帮扶人 {count} 名（{kinds}）；今年受过培训 {trained} 名，领到明白卡 {carded} 名。")
    return told.format(
        count=len(rows),
        kinds=formatting.joined([f"{kind} {count}" for kind, count in kinds.most_common()]),
        trained=sum(1 for row in rows if row["is_trained"]),
        carded=sum(1 for row in rows if row["is_carded"]),
    )


def ledgers_sentence(figures: Figures, village_id: str) -> str:
    """The last day on which the village's ledgers reported."""
    told = figures.rows("last_reports", as_of=figures.day)
    last = next((row["last_on"] for row in told if row["village_id"] == village_id), None)
    if last is None:
        return _("这一天以前没有报来台账。")
    days = (figures.day - last).days
    says = _("最近一次台账填报于 {day}，在这一天之前 {days} 天。") if days else _("最近一次台账填报于 {day}。")
    return says.format(day=last, days=days)


def findings(figures: Figures, village_id: str) -> tuple[int, int]:
    """(all, critical) findings of the checks in the village's ledgers."""
    rows = figures.rows("findings_by_severity")
    own = [row for row in rows if row["village_id"] == village_id]
    return sum(row["found"] for row in own), sum(row["found"] for row in own if row["severity"] == "critical")
