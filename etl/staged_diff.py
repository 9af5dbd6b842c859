"""What a person wants to see before a build goes in force: the checked draft against the published build.

Both are asked on the draft's own day, so that a difference comes from the ledgers and not from the calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from warehouse.builds.repository import Build
from warehouse.metrics import finding_age, query, registry
from warehouse.sql import compose

# Rows of each kind of ledger and what makes one the same in both builds.
_CHILDREN = """(
    select f.*, r.classes
    from child_facts as f
    left join (
        select child_id, village_id, ledger_on,
            string_agg(coalesce(cast(class_no as string), '-') || ' ' || coalesce(cast(listed_on as string), '-') || ' '
                || coalesce(cast(delisted_on as string), '-'), ',' order by class_no, listed_on, delisted_on) as classes
        from child_rows group by child_id, village_id, ledger_on
    ) as r on r.child_id = f.child_id and r.village_id = f.village_id and r.ledger_on = f.ledger_on
)"""
_KINDS = {
    "villages": ("villages", ("village_id",)),
    "children": (_CHILDREN, ("child_id", "village_id", "ledger_on")),
    "helpers": ("helpers", ("helper_id",)),
    "pairings": ("pairings", ("pairing_id",)),
    "department_covers": ("department_covers", ("village_id", "department", "class_no", "started_on")),
    "visits": ("visits", ("visit_id",)),
    "needs": ("needs", ("need_id",)),
    "trainings": ("trainings", ("training_id",)),
    "policy_cards": ("policy_cards", ("card_id",)),
    "safety_reports": ("safety_reports", ("report_id",)),
    "care_events": ("care_events", ("care_id",)),
}
# Where a row stands, and what follows from other rows: a change of these is no change of the row.
_APART = {"sheet_id", "row_no", "ledger_on", "sort_no", "holds_from", "holds_before"}


def compare(before: Build | None, after: Build, day: dt.date) -> dict:
    """The preview of contract.md: `base`, `rows`, `children`, `findings`, `figures`; without a build before all is new."""
    return {
        "base": before.id if before else None,
        "rows": _rows(before, after),
        "children": _children(before, after, day),
        "findings": _findings(before, after),
        "figures": figures(before, after, day, "village"),
    }


def figures(before: Build | None, after: Build, day: dt.date, by: str = "town") -> list[dict]:
    """Each headline figure before and after, for the town or per village (`village_id`, `village` in front)."""
    place = registry.GROUPS[by]
    asked = sorted({figure.metric for figure in registry.listed("load")})
    told = [query.ask_all(build, asked, day, by) if build else {} for build in (before, after)]
    then, now = ({(metric, row.get("village_id")): row for metric in found for row in found[metric]} for found in told)
    villages = [row.get("village_id") for row in (*told[1]["eligibility"], *told[0].get("eligibility", []))]
    lines = []
    for village_id in dict.fromkeys(villages):
        for figure in registry.listed("load"):
            was, is_now = (rows.get((figure.metric, village_id), {}) for rows in (then, now))
            names = {name: (is_now or was)[name] for name in place}
            lines.append(names | {"figure": figure.name, "before": was.get(figure.name), "after": is_now.get(figure.name)})
    return lines


def _rows(before: Build | None, after: Build) -> list[dict]:
    """Rows new, changed and gone of each kind of ledger."""
    return [{"ledger": ledger, **_counts(before, after, *kind)} for ledger, kind in _KINDS.items()]


def _counts(before: Build | None, after: Build, source: str, key: tuple[str, ...]) -> dict[str, int]:
    """How many rows of one kind are new, changed, gone."""
    now = _read(after, source)
    then = _read(before, source) if before else now.clear()
    content = sorted({*then.columns} & {*now.columns} - {*key} - _APART)
    one, other = (frame.unique(key).select(*key, pl.struct(content).hash().alias("told")) for frame in (then, now))
    both = one.join(other, on=key, nulls_equal=True)
    changed = both.filter(pl.col("told") != pl.col("told_right")).height
    return {"new": other.height - both.height, "changed": changed, "gone": one.height - both.height}


def _read(build: Build, source: str) -> pl.DataFrame:
    """All rows of a table or select."""
    with build.cursor() as cursor:
        return cursor.execute(f"select * from {source} as r").pl()  # noqa: S608 — our own names


def _children(before: Build | None, after: Build, day: dt.date) -> list[dict]:
    """Who enters, leaves or moves within the register of the day, and who has newly vanished; each with a place in the ledgers.

    One dict per child and change: change, village_id, village, child_id, file, sheet, row_no.
    """
    then, now = (_register(build, day) if build else {} for build in (before, after))
    lost, gone = (_vanished(build) if build else {} for build in (before, after))
    found = [("entering", child, now[child], after) for child in now if child not in then]
    found += [("moving", child, now[child], after) for child in now if child in then and then[child] != now[child]]
    found += [("leaving", child, then[child], before or after) for child in then if child not in now]
    found += [("vanished", child, gone[child], after) for child in gone if child not in lost]
    places = {build.id: _places(build) for build in (before, after) if build}
    names = _villages(before, after)
    told = [
        {"change": change, "village_id": village, "village": names.get(village), "child_id": child, **places[build.id].get(child, _NOWHERE)}
        for change, child, village, build in found
    ]
    return sorted(told, key=lambda row: (_CHANGES.index(row["change"]), row["village_id"] or "", row["child_id"]))


_CHANGES = ("vanished", "leaving", "moving", "entering")
_NOWHERE = {"file": None, "sheet": None, "row_no": None}


def _register(build: Build, day: dt.date) -> dict[str, str]:
    """Village of each child registered on the day."""
    found = build.rows(compose.bind_day(query.steps_sql("registered_children"), day))
    return {row["child_id"]: row["village_id"] for row in found}


def _vanished(build: Build) -> dict[str, str]:
    """Village of each child that the checks miss."""
    found = build.rows("select child_id, village_id from findings where code = 'vanished' and child_id is not null")
    return {row["child_id"]: row["village_id"] for row in found}


def _places(build: Build) -> dict[str, dict]:
    """The newest ledger row of each child."""
    sql = "select c.child_id, s.file, s.sheet, c.row_no from children as c left join ledger_sheets as s on s.sheet_id = c.sheet_id"
    return {row.pop("child_id"): row for row in build.rows(sql)}


def _villages(*found: Build | None) -> dict[str, str]:
    """Names of the villages of either build."""
    return {row["village_id"]: row["name"] for build in found if build for row in build.rows("select village_id, name from villages")}


def _findings(before: Build | None, after: Build) -> list[dict]:
    """How many findings are new and mended, by code and village (warehouse/metrics/finding_age.py tells which are the same)."""
    names = _villages(before, after)
    new = finding_age.only_in(after, before) if before else after.rows("select * from findings")
    mended = finding_age.only_in(before, after) if before else []
    return [*_counted("new", new, names), *_counted("mended", mended, names)]


_WORDS = ("ledger", "field", "heading", "value_masked", "detail", "class_no")  # what fills the sentence of a finding


def _counted(change: str, found: Iterable[dict], names: dict[str, str]) -> list[dict]:
    """One dict per code and village: change, code, village_id, village, findings, and one finding's words as `example`."""
    groups: dict[tuple[str, str], list[dict]] = {}
    for row in found:
        groups.setdefault((row["code"], row["village_id"] or ""), []).append({name: row[name] for name in _WORDS})
    return [
        {
            "change": change,
            "code": code,
            "village_id": village or None,
            "village": names.get(village),
            "findings": len(rows),
            "example": min(rows, key=str),
        }
        for (code, village), rows in sorted(groups.items())
    ]
