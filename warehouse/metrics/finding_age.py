"""The load that first found a finding, and the findings that a load mended.

A finding is the same as one of the build before when code, village, child, field and class are. Without a child, ledger, file
(without its ending: an .xls comes back mended as .xlsx) and row take its place, because nothing else tells two rows apart. Of several
alike (an address missing in three ledgers) the first by reporting day answers to the first, so that one more is one new finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.builds.repository import Build, rows_of
from warehouse.metrics import compare

if TYPE_CHECKING:
    import polars as pl

_ALIKE = ["code", "village_id", "child_id", "place", "field", "class_no"]
_NUMBERED = r"""
select *, row_number() over (
    partition by code, village_id, child_id, place, field, class_no order by ledger_on, file, sheet, row_no, finding_id
) as nth
from (
    select f.*, s.ledger_on, case
        when f.child_id is null then coalesce(f.ledger, '') || '/' || regexp_replace(coalesce(f.file, ''), '\.[^.]*$', '') || '/' || coalesce(f.row_no, 0)
    end as place
    from findings as f
    left join ledger_sheets as s on s.sheet_id = f.sheet_id
) as placed
"""


def record_ages(draft: Path, before: Build | None) -> None:
    """Fill `finding_ages` of a checked draft that nobody has open; without a build before, every finding is new."""
    with closing(duckdb.connect(str(draft))) as connection:
        ((loaded_on,),) = connection.execute("select cast(left(value, 10) as date) from build_facts where name = 'loaded_at'").fetchall()
        source = "(select finding_id, null as first_found_on, null as loads from findings)"
        if before is not None:
            connection.register("findings_with_ages", _with_ages(_numbered(connection.cursor()), before))
            source = "findings_with_ages"
        ages = f"select finding_id, coalesce(first_found_on, $day), coalesce(loads, 0) + 1 from {source}"  # noqa: S608 — our own names
        connection.execute(f"insert into finding_ages {ages}", {"day": loaded_on})


def _with_ages(findings: pl.DataFrame, before: Build) -> pl.DataFrame:
    """Return finding_id with first_found_on and loads of the same finding of the build before, null for a new one."""
    with before.cursor() as cursor:
        ages = cursor.sql("select finding_id, first_found_on, loads from finding_ages").pl()
        earlier = _numbered(cursor).join(ages, on="finding_id", how="left").select(*_ALIKE, "nth", "first_found_on", "loads")
    return findings.join(earlier, on=[*_ALIKE, "nth"], how="left", nulls_equal=True).select("finding_id", "first_found_on", "loads")


def _numbered(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return the findings with what makes two of them the same (`_ALIKE`, `nth`)."""
    return cursor.sql(_NUMBERED).pl()


def only_in(build: Build, other: Build, same_child: Mapping[str, str] = MappingProxyType({})) -> list[dict[str, Any]]:
    """Return the findings of a build that the other lacks, but of rules not run there; `same_child`: pseudonym here → there."""
    import polars as pl

    with build.cursor() as cursor, other.cursor() as other_cursor:
        numbered = _numbered(cursor).with_columns(pl.col("child_id").replace(dict(same_child)))
        alone = compare.rows_alone(numbered, _numbered(other_cursor), [*_ALIKE, "nth"])
        unchecked = [row["code"] for row in rows_of(other_cursor, "select code from rules_run where state = 'not_checked'")]
    findings = [row for row in alone.sort("finding_id").to_dicts() if row["code"] not in unchecked]
    return [{name: value for name, value in row.items() if name not in ("nth", "place", "ledger_on")} for row in findings]
