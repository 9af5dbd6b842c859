"""What a person sees before a build is published: the checked draft against the published build.

Both are queried on the draft's own day, so that a difference comes from the ledgers and not from the calendar.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import polars as pl

from warehouse.builds.repository import Build
from warehouse.metrics import compare, finding_age, query, registry
from warehouse.sql import compose

Row = dict[str, Any]
# Rows of each kind of ledger, and their key in both builds.
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
_VANISHED = "select child_id, village_id from findings where code = 'vanished' and child_id is not null"
_PLACES = "select c.child_id, s.file, s.sheet, c.row_no from children as c left join ledger_sheets as s on s.sheet_id = c.sheet_id"
# The place of a row, and what follows from other rows: a change of these is no change of the row.
_PLACE = {"sheet_id", "row_no", "ledger_on", "sort_no", "holds_from", "holds_before"}


def preview(before: Build | None, after: Build, day: dt.date) -> dict[str, Any]:
    """Return the preview of contract.md: `base`, `rows`, `children`, `findings`, `figures`; without a build before all is new."""
    return {
        "base": before.id if before else None,
        "rows": [{"ledger": ledger, **_counts(before, after, *kind)} for ledger, kind in _KINDS.items()],
        "children": _children(before, after, day),
        "findings": _findings(before, after),
        "figures": figures(before, after, day, "village"),
    }


def figures(before: Build | None, after: Build, day: dt.date, by: str = "town") -> list[Row]:
    """Return each headline figure before and after, for the town or per village (`village_id`, `village` in front)."""
    rows = compare.figures(before, after, registry.listed("load"), day, by)
    place = registry.GROUPS[by]
    return [{name: row[name] for name in (*place, "figure")} | {"before": row["then"], "after": row["now"]} for row in rows]


def _counts(before: Build | None, after: Build, source: str, key: tuple[str, ...]) -> dict[str, int]:
    now = _read(after, source)
    return compare.count_changes(_read(before, source) if before else now.clear(), now, key, _PLACE)


def _read(build: Build, source: str) -> pl.DataFrame:
    with build.cursor() as cursor:
        return cursor.execute(f"select * from {source} as r").pl()  # noqa: S608 — our own names


def _children(before: Build | None, after: Build, day: dt.date) -> list[Row]:
    """Return who enters, leaves or moves within the register of the day, and who has newly vanished.

    One row per child and change with its newest ledger row: change, village_id, village, child_id, file, sheet, row_no.
    """
    registered = f"select child_id, village_id from ({compose.bind_day(query.steps_sql('registered_children'), day)}) as r"  # noqa: S608 — our own SQL
    then, now = (_of_children(build, registered) for build in (before, after))
    vanished_then, vanished_now = (_of_children(build, _VANISHED) for build in (before, after))
    old_places, new_places = (_of_children(build, _PLACES) for build in (before, after))
    names = _villages(before, after)
    changes = [
        ("vanished", [row for child, row in vanished_now.items() if child not in vanished_then], new_places),
        ("leaving", [row for child, row in then.items() if child not in now], old_places),
        ("moving", [row for child, row in now.items() if then.get(child, row)["village_id"] != row["village_id"]], new_places),
        ("entering", [row for child, row in now.items() if child not in then], new_places),
    ]
    return [
        {"change": change, "village_id": row["village_id"], "village": names.get(row["village_id"]), "child_id": row["child_id"]}
        | {name: places.get(row["child_id"], {}).get(name) for name in ("file", "sheet", "row_no")}
        for change, children, places in changes
        for row in sorted(children, key=lambda row: (row["village_id"] or "", row["child_id"]))
    ]


def _of_children(build: Build | None, sql: str) -> dict[str, Row]:
    return {row["child_id"]: row for row in build.rows(sql)} if build else {}


def _villages(*builds: Build | None) -> dict[str, str]:
    return {row["village_id"]: row["name"] for build in builds if build for row in build.rows("select village_id, name from villages")}


def _findings(before: Build | None, after: Build) -> list[Row]:
    """Return how many findings are new and mended, by code and village (warehouse/metrics/finding_age.py matches them)."""
    names = _villages(before, after)
    new = finding_age.only_in(after, before) if before else after.rows("select * from findings")
    mended = finding_age.only_in(before, after) if before else []
    return [*_by_code("new", new, names), *_by_code("mended", mended, names)]


_WORDS = ("ledger", "field", "heading", "value_masked", "detail", "class_no")  # what fills the sentence of a finding


def _by_code(change: str, findings: Iterable[Row], names: dict[str, str]) -> list[Row]:
    """Return one row per code and village: change, code, village_id, village, findings, and one finding's words as `example`."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for finding in findings:
        groups[finding["code"], finding["village_id"] or ""].append({name: finding[name] for name in _WORDS})
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
