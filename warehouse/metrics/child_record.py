"""All that the ledgers say of one child, each with its file, sheet and row: what a reviewer follows a figure down to."""

import datetime as dt
from collections.abc import Collection
from functools import partial
from typing import Any

from warehouse.builds.repository import Build
from warehouse.sql import compose

# Tables of the trail and the column that orders their rows.
TABLES = {
    "memberships": "listed_on",
    "child_facts": "ledger_on",
    "pairings": "started_on",
    "visits": "visited_on",
    "needs": "raised_on",
    "care_events": "held_on",
    "safety_reports": "found_on",
    "findings": "severity",
}
_AT_DAY = {"state": "children", "classes": "memberships"}  # rows of sql/rows


def trail(build: Build, child_id: str, as_of: dt.date) -> dict[str, list[dict[str, Any]]]:
    """Rows of one child by table of TABLES, oldest first, with `village, file, sheet, row_no`.

    `state` holds the child as it is counted at the end of `as_of` (no row: not registered that day), `classes` its
    eligibility in each class. Every list is empty for a child that the build does not know.
    """
    params = {"child_id": child_id}
    at_day = {name: build.rows_on(as_of, partial(_at_day_sql, rows + compose.ROWS), params) for name, rows in _AT_DAY.items()}
    return at_day | {table: build.rows(_sql(table, order), params) for table, order in TABLES.items()}


def _at_day_sql(rows: str, ready: Collection[str]) -> str:
    return _sql(f"({compose.compose(rows, ready)})", "class_no")


def _sql(source: str, order: str) -> str:
    return (
        f"select c.*, v.name as village, s.file as in_file, s.sheet as in_sheet from {source} as c"  # noqa: S608 — our own names
        " left join villages as v on v.village_id = c.village_id left join ledger_sheets as s on s.sheet_id = c.sheet_id"
        f" where c.child_id = $child_id order by c.{order}, s.file, s.sheet, c.row_no"
    )
