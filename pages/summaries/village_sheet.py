"""A village on one sheet: which children are in need of what, what to ask the village; lines are counted, so that it prints on one page."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from locales import _
from pages.data.queries import Figures
from pages.text import formatting, labels, pairing_faults

MOST_CHILDREN = 10
ENDING = "ends_in_60"  # the figure of classes that end soon, named in the list of children in need
MONTHS = 13  # of the trend: a year back and the day's own month


@dataclass(frozen=True)
class ChildInNeed:
    """A registered child that is short of something: its row, its needs in words, its place (the neediest first)."""

    row: dict
    needs: list[str]
    place: tuple[int, ...]


def children_in_need(figures: Figures, village_id: str) -> list[ChildInNeed]:
    """Return the village's registered children that are short of something, the neediest first."""
    ending = {row["child_id"] for row in figures.rows_behind("eligibility", ENDING, village_id)}
    rows = figures.rows_behind("eligibility", "registered", village_id)
    if village_id in figures.unreported(figures.day)[0]["visits"]:  # nobody can say who was not visited
        rows = [row | {"is_never_visited": False, "is_on_pace": True} for row in rows]
    children = [_child(row, row["child_id"] in ending) for row in rows]
    return sorted((child for child in children if child.needs), key=lambda child: (*child.place, child.row["child_id"]))


def _child(row: dict, is_ending: bool) -> ChildInNeed:
    is_uncovered, behind = row["is_in_scope"] and not row["is_covered"], row["due"] - row["visit_days"]
    is_behind = row["is_in_scope"] and not row["is_never_visited"] and not row["is_on_pace"] and behind > 0
    needs = {
        _("没有爱心家庭") if row["needs_family"] else _("没有结对"): is_uncovered,
        _("应访未访"): row["is_never_visited"],
        _("走访差 {count} 次").format(count=behind): is_behind,
        _("困难超期 {count} 件").format(count=row["overdue_needs"]): row["overdue_needs"] > 0,
        _("已不符合条件"): row["state"] == "expired",
        _("资格待核实"): row["state"] == "unverified",
        **dict.fromkeys(pairing_faults.reasons(row), True),
        _("资格 60 天内到期"): is_ending,
    }
    first = int(not is_uncovered), int(not row["needs_family"]), int(not row["is_never_visited"])
    return ChildInNeed(row, [need for need, is_so in needs.items() if is_so], (*first, -row["overdue_needs"], -max(behind, 0)))


def ending_count(figures: Figures, village_id: str) -> int:
    """Return the number of children's classes that end soon."""
    rows = figures.counts("eligibility", (ENDING,), "village_id")
    return next((row[ENDING] for row in rows if row["village_id"] == village_id), 0)


def visits_by_month(figures: Figures, village_id: str) -> list[int]:
    """Return visit days of the year by month, up to the day's own month."""
    counts = Counter(row["visited_on"].month for row in figures.rows_behind("visits", "visit_days", village_id))
    return [counts[month] for month in range(1, figures.day.month + 1)]


def coverage_by_month(figures: Figures, village_id: str) -> tuple[list[dt.date], list[float | None]]:
    """Return coverage at the last month ends and on the day itself."""
    before = [day for day in figures.months() if day < figures.day]
    days = [*before[1 - MONTHS :], figures.day]
    parts = figures.time_series("coverage", ("covered", "in_scope"), days)[village_id]
    return days, [formatting.ratio(*pair) for pair in parts]


def helpers_sentence(rows: list[dict]) -> str:
    """Say how many helpers serve the village, of what kind, trained and with their card."""
    if not rows:
        return _("没有在岗帮扶人。")
    kinds = Counter(labels.word("helper", row["category"]) for row in rows)
    return _("在岗帮扶人 {count} 名（{kinds}）；今年受过培训 {trained} 名，领到明白卡 {carded} 名。").format(
        count=len(rows),
        kinds=formatting.join_names([f"{kind} {count}" for kind, count in kinds.most_common()]),
        trained=sum(1 for row in rows if row["is_trained"]),
        carded=sum(1 for row in rows if row["is_carded"]),
    )


def ledgers_sentence(figures: Figures, village_id: str) -> str:
    """Say on which day the village's ledgers last reported."""
    rows = figures.last_reports(figures.day)
    last = next((row["last_on"] for row in rows if row["village_id"] == village_id), None)
    if last is None:
        return _("这一天以前没有报来台账。")
    days = (figures.day - last).days
    sentence = _("最近一次台账填报于 {day}，在这一天之前 {days} 天。") if days else _("最近一次台账填报于 {day}。")
    return sentence.format(day=last, days=days)


def findings(figures: Figures, village_id: str) -> tuple[int, int]:
    """Return how many findings the village's ledgers have, and how many of them are critical."""
    rows = [row for row in figures.rows("findings_by_severity") if row["village_id"] == village_id]
    return sum(row["found"] for row in rows), sum(row["found"] for row in rows if row["severity"] == "critical")
