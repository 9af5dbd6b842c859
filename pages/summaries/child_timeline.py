"""A child's life in the ledgers: lanes for the time line, tables with places, ledger rows as written (masked)."""

from __future__ import annotations

import datetime as dt
import html

from locales import _
from pages.charts.plotly_charts import Lane
from pages.components import drilldown_links
from pages.text import formatting, labels
from warehouse.builds import raw_sheets, repository
from warehouse.storage import build_files, keys

FOLDED = 8


def sentence(day: dt.date, state: dict | None, trail: dict[str, list[dict]]) -> str:
    """Say how the child is counted on the day; without a state it is not registered."""
    if state is None:
        return _("截至{day}，这名儿童不在册。").format(day=formatting.day(day))
    text = _("截至{day}，{village}，{classes}，资格{state}；{pairing}；今年走访 {days} 次，应访 {due} 次，距上次 {since} 天。")
    pairing = _("已结对覆盖") if state["is_covered"] else _("还没有结对覆盖")
    if state["is_covered"] and not state["is_conforming"]:
        pairing = _("已结对，但不规范")
    return text.format(
        day=formatting.day(day),
        village=state["village"],
        classes=formatting.joined([formatting.class_short(row["class_no"]) for row in trail["classes"]]),
        state=labels.word("state", state["state"]),
        pairing=pairing,
        days=state["visit_days"],
        due=state["due"],
        since=state["days_since_visit"],
    )


def lanes(trail: dict[str, list[dict]], day: dt.date) -> list[Lane]:
    """Return the lanes of the time line up to `day`, from top to bottom."""
    listed = [(row["listed_on"], row["delisted_on"], formatting.class_short(row["class_no"])) for row in trail["memberships"]]
    paired = [(row["started_on"], row["ended_on"], _("结对")) for row in trail["pairings"]]
    visits = [(row["visited_on"], labels.word("mode", row["mode"])) for row in trail["visits"] if row["visited_on"]]
    care = [(row["held_on"], labels.word("occasion", row["occasion"])) for row in trail["care_events"] if row["held_on"]]
    needs = [(row["raised_on"], row["resolved_on"] or day, labels.word("need", row["category"])) for row in trail["needs"]]
    return [
        (_("在册"), listed, []),
        *_parents(trail, day),
        (_("结对"), paired, []),
        (_("走访"), [], visits),
        (_("慰问"), [], care),
        (_("困难"), needs, [(row["raised_on"], _("提出")) for row in trail["needs"]]),
    ]


def _parents(trail: dict[str, list[dict]], day: dt.date) -> list[Lane]:
    """Return father's and mother's statuses by the ledger in force on the day."""
    in_force = [row for row in trail["child_facts"] if row["holds_from"] <= day < row["holds_before"]][:1]
    parents: list[Lane] = []
    for who, name in (("father", _("父亲")), ("mother", _("母亲"))):
        spans = [
            (row[f"{who}_since"], row[f"{who}_until"], labels.word("parent", row[f"{who}_status"]))
            for row in in_force
            if row[f"{who}_status"] and row[f"{who}_since"]
        ]
        parents += [(name, spans, [])] if spans else []
    return parents


def alternative_text(trail: dict[str, list[dict]]) -> str:
    """Return the alternative text of the time line."""
    days = sorted(str(row["visited_on"]) for row in trail["visits"] if row["visited_on"])
    text = _("在册 {listed} 段，结对 {paired} 段，走访 {visits} 次：{days}")
    return text.format(listed=len(trail["memberships"]), paired=len(trail["pairings"]), visits=len(days), days=", ".join(days))


def tables(trail: dict[str, list[dict]]) -> list[tuple[str, list[str], list[list[str]]]]:
    """Return (title, headings, rows of markup) of all that the ledgers say of the child, each row ending in its place."""
    place = _("台账位置")
    return [
        (_("在册"), [_("村（社区）"), _("类别"), _("纳入"), _("退出"), place], [_listed(row) for row in trail["memberships"]]),
        (_("家庭情况"), [_("填报日"), _("父亲"), _("母亲"), _("低保"), place], [_facts(row) for row in trail["child_facts"]]),
        (_("结对"), [_("帮扶人"), _("开始"), _("结束"), place], [_paired(row) for row in trail["pairings"]]),
        (_("走访"), [_("日期"), _("方式"), _("登记日"), place], [_visited(row) for row in trail["visits"]]),
        (_("困难"), [_("问题类别"), _("提出"), _("时限"), _("办结"), place], [_needed(row) for row in trail["needs"]]),
        (_("慰问"), [_("日期"), _("节点"), place], [_cared(row) for row in trail["care_events"]]),
        (_("强制报告"), [_("发现"), _("报告"), place], [_days(row, "found_on", "reported_on") for row in trail["safety_reports"]]),
    ]


def _days(row: dict, *names: str) -> list[str]:
    """Return days of a row, then its place."""
    return [*(str(row[name] or "—") for name in names), drilldown_links.place(row)]


def _listed(row: dict) -> list[str]:
    return [html.escape(row["village"] or "—"), formatting.class_short(row["class_no"]), *_days(row, "listed_on", "delisted_on")]


def _facts(row: dict) -> list[str]:
    parents = [
        html.escape(labels.word("parent", row[f"{who}_status"])) + _span(row[f"{who}_since"], row[f"{who}_until"])
        for who in ("father", "mother")
    ]
    return [str(row["ledger_on"]), *parents, _span(row["dibao_from"], row["dibao_until"]) or "—", drilldown_links.place(row)]


def _span(first: dt.date | None, last: dt.date | None) -> str:
    """Return a span of days, or nothing."""
    return f" {first or '…'} – {last or '…'}" if first or last else ""


def _paired(row: dict) -> list[str]:
    return [row["helper_id"][:8] if row["helper_id"] else _("对不上帮扶人"), *_days(row, "started_on", "ended_on")]


def _visited(row: dict) -> list[str]:
    return [str(row["visited_on"] or "—"), html.escape(labels.word("mode", row["mode"])), *_days(row, "recorded_on")]


def _needed(row: dict) -> list[str]:
    return [html.escape(labels.word("need", row["category"])), *_days(row, "raised_on", "due_on", "resolved_on")]


def _cared(row: dict) -> list[str]:
    return [str(row["held_on"] or "—"), html.escape(labels.word("occasion", row["occasion"])), drilldown_links.place(row)]


def ledger_rows(build_id: str, trail: dict[str, list[dict]]) -> list[tuple[str, list[raw_sheets.Cell]]]:
    """Return every ledger row that the trail rests on, once, with its cells as they may be shown; without the key none can be.

    They come from the build of the trail: in one published since, another child may be at the same place.
    """
    places = {(row["sheet_id"], row["row_no"]): drilldown_links.place(row) for rows in trail.values() for row in rows if row.get("row_no")}
    build = repository.open_build(build_files.home(), build_id)
    try:
        key = keys.load_key(build_files.home())
    except (keys.KeyMissing, keys.KeyMalformed):
        return [(_("没有密钥，台账原文无法显示；数字不受影响。"), [])]
    return [(html.unescape(place), raw_sheets.row(build, key, *at)) for at, place in sorted(places.items(), key=lambda item: item[1])]
