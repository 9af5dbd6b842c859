"""A child's life in the ledgers: lanes for the time line, tables with places, ledger rows as written (masked)."""

import datetime as dt
import html

from locales import _
from pages.charts.plotly_charts import Lane
from pages.components import drilldown_links, record_columns
from pages.components.tables import Column
from pages.text import formatting, labels, pairing_faults
from warehouse.builds import raw_sheets, repository
from warehouse.storage import build_files, keys

FOLDED = 8
PARTS = ("memberships", "child_facts", "pairings", "visits", "needs", "care_events", "safety_reports")


def sentence(day: dt.date, state: dict | None, trail: dict[str, list[dict]]) -> str:
    """Say how the child is counted on the day; without a state it is not registered."""
    if state is None:
        return _("截至{day}，这名儿童不在册。").format(day=formatting.day(day))
    text = _(
        "截至{day}，{village}，{classes}，资格{state}；{pairing}；今年走访 {visit_days} 次，应访 {due} 次，距上次 {days_since_visit} 天。"
    )
    pairing = _("已结对覆盖") if state["is_covered"] else _("还没有结对覆盖")
    if state["is_covered"] and not state["is_conforming"]:
        pairing = _("已结对，但不规范（{reasons}）").format(reasons=formatting.mark("；").join(pairing_faults.reasons(state)))
    classes = formatting.join_names([formatting.class_short(row["class_no"]) for row in trail["classes"]])
    words = {"day": formatting.day(day), "classes": classes, "state": labels.word("state", state["state"]), "pairing": pairing}
    return text.format(**state | words)


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


def tables(trail: dict[str, list[dict]]) -> list[tuple[str, list[dict], list[Column]]]:
    """Return (part, rows, columns) of all that the ledgers say of the child, each row ending in its place."""
    place = record_columns.place_column()
    return [(part, trail[part], [*record_columns.listed("child", part), place]) for part in PARTS]


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
