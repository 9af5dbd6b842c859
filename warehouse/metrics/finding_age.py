"""Since which load a finding has stood, and which findings a load mended.

A finding is the same as one of the build before when code, village, child, field and class are; without a child, ledger,
file (without its ending: an .xls comes back mended as .xlsx) and row take its place, because nothing else tells two rows apart. Of several alike (an address missing in three
ledgers) the first by reporting day answers to the first, so that one more is one new finding.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.builds.repository import Build, rows_of
from warehouse.sql import compose

if TYPE_CHECKING:
    import polars as pl

_ALIKE = ["code", "village_id", "child_id", "place", "field", "class_no"]
_COUNTED = r"""
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
_UNKNOWN = "(select cast(null as integer) as finding_id, cast(null as date) as first_found_on, cast(null as integer) as loads)"


def lay_down(draft: Path, before: Build | None) -> None:
    """Fill `finding_ages` of a checked draft that nobody has open; without a build before, every finding is new."""
    connection = duckdb.connect(str(draft))
    try:
        stands = _counted(connection.cursor())
        ((loaded_on,),) = connection.execute("select cast(left(value, 10) as date) from build_facts where name = 'loaded_at'").fetchall()
        connection.register("stands", _with_ages(stands, before))
        connection.execute(
            "insert into finding_ages select finding_id, coalesce(first_found_on, $day), coalesce(loads, 0) + 1 from stands",
            {"day": loaded_on},
        )
    finally:
        connection.close()


def _with_ages(stands: pl.DataFrame, before: Build | None) -> pl.DataFrame:
    """Findings (finding_id) with first_found_on and loads of the one before, null for a new one."""
    import polars as pl

    if before is None:
        return stands.select("finding_id", first_found_on=pl.lit(None, pl.Date), loads=pl.lit(None, pl.Int32))
    with before.cursor() as cursor:
        ages = cursor.sql(with_ages(before, "select finding_id, first_found_on, loads from finding_ages")).pl()
        known = _counted(cursor).join(ages, on="finding_id", how="left")
    loaded_on = pl.lit(before.facts["loaded_at"][:10]).str.to_date()  # a build made before ages were kept: from its own load on
    known = known.select(*_ALIKE, "nth", first_found_on=pl.col("first_found_on").fill_null(loaded_on), loads=pl.col("loads").fill_null(1))
    return stands.join(known, on=[*_ALIKE, "nth"], how="left", nulls_equal=True).select("finding_id", "first_found_on", "loads")


def _counted(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The findings with what makes them the same (`_ALIKE`, `nth`)."""
    return cursor.sql(_COUNTED).pl()


def with_ages(build: Build, sql: str) -> str:
    """Return the select so that it reads no ages in a build made before they were kept."""
    if not compose.tables_read(sql, ("finding_ages",)) or build.rows("select 1 from duckdb_tables() where table_name = 'finding_ages'"):
        return sql
    return f"with finding_ages as {_UNKNOWN} {sql}"


def only_in(one: Build, other: Build) -> list[dict[str, Any]]:
    """Findings of `one` (rows of its table) that `other` does not have, by severity, code and village.

    What a rule that could not run in `other` would have found there is not among them.
    """
    with one.cursor() as own, other.cursor() as beside:
        alone = _counted(own).join(_counted(beside), on=[*_ALIKE, "nth"], how="anti", nulls_equal=True)
        unchecked = [row["code"] for row in rows_of(beside, "select code from rules_run where state = 'not_checked'")]
    found = [row for row in alone.sort("finding_id").to_dicts() if row["code"] not in unchecked]
    return [{name: value for name, value in row.items() if name not in ("nth", "place", "ledger_on")} for row in found]
