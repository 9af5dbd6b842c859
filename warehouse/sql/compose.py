"""Composes the SQL of a step or metric: every .sql file is one select, and the steps it names become its CTEs.

A metric that another one rests on goes by `<metric>_figures`, because the tables `visits`, `needs` and `goals` bear
the plain names; the rows behind figures (sql/rows) go by `<kind>_rows`, these and those that are left out (sql/whole) by
`<kind>_whole`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent
METRICS = SQL / "metrics"
FIGURES, ROWS, WHOLE = "_figures", "_rows", "_whole"
SHARED = (  # what several metrics rest on, each after those it rests on itself
    "registered_children",
    "registered_memberships",
    "facts_at",
    "membership_states",
    "child_states",
    "child_coverage",
    "child_visits",
)
_NAMED = re.compile(r"\b(?:from|join)\s+(\w+)")
_SETTING = re.compile(r"\bsettings as (\w+)\s+on \1\.name = '(\w+)'")
_SETTING_TABLES = ("care_days", "goals")  # tables that hold settings whole


@cache
def step_files() -> dict[str, Path]:
    """Every step and metric, the rows behind figures and those left out of them, by the name other SQL calls it by."""
    ends = {SQL / "steps": "", METRICS: FIGURES, SQL / "rows": ROWS, SQL / "whole": WHOLE}
    return {path.stem + end: path for folder, end in ends.items() for path in sorted(folder.rglob("*.sql"))}


@cache
def text(name: str) -> str:
    """The file of a step or metric as it stands. Raises KeyError for a name without a file."""
    return step_files()[name].read_text(encoding="utf-8")


@cache
def body(name: str) -> str:
    """Return the select of a step or metric, without its comments."""
    return _select(step_files()[name])


def _select(path: Path) -> str:
    """Return the statement of a file, without its comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("--")]
    return "\n".join(lines).strip()


@cache
def list_files() -> dict[str, Path]:
    """Return the lists that pages show as they are (sql/lists), each a statement with parameters of its own."""
    return {path.stem: path for path in sorted((SQL / "lists").glob("*.sql"))}


@cache
def list_sql(name: str) -> str:
    """Return the statement of a list. Raises KeyError for a name without a file."""
    return _select(list_files()[name])


@cache
def dependencies(name: str, ready: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """All steps that `name` rests on, each after those it rests on itself; without `name` and what only `ready` steps need."""
    found: dict[str, None] = {}
    for other in _named(name):
        if other not in ready:
            found.update(dict.fromkeys((*dependencies(other, ready), other)))
    return tuple(found)


@cache
def _named(name: str) -> tuple[str, ...]:
    """The steps that the SQL of `name` reads directly, in the order it names them."""
    words = dict.fromkeys(_NAMED.findall(body(name)))
    return tuple(word for word in words if word in step_files() and word != name)


def named(sql: str, among: Collection[str]) -> list[str]:
    """Those of some tables that a statement reads, in the order of `among`."""
    words = set(_NAMED.findall(sql))
    return [name for name in among if name in words]


@cache
def settings_read(name: str) -> tuple[str, ...]:
    """The settings that a step or metric, or a step it rests on, reads: names of the table settings, and care_days, goals."""
    bodies = [body(step) for step in (*dependencies(name), name)]
    named = [setting for told in bodies for _alias, setting in _SETTING.findall(told)]
    whole = [table for table in _SETTING_TABLES if any(table in _NAMED.findall(told) for told in bodies)]
    return tuple(sorted({*named, *whole}))


def compose(name: str, ready: Collection[str] = (), columns: str = "*", before: Sequence[str] = ()) -> str:
    """`with … select * from name`: one statement over base tables with `$as_of` as its only parameter.

    `ready` names steps that stand already, as tables or as the CTEs given in `before`. Raises KeyError for a name
    without a file.
    """
    standing = frozenset(ready)
    wanted = () if name in standing else (*dependencies(name, standing), name)
    parts = [*before, *(f"{step} as (\n{body(step)}\n)" for step in wanted)]
    steps_before = "with " + ",\n".join(parts) + "\n" if parts else ""
    return f"{steps_before}select {columns} from {name}"  # noqa: S608 — names of our own files


def bind_day(sql: str, day: dt.date) -> str:
    """The statement with the day in place of `$as_of`, as a literal.

    Binding any value makes duckdb import pandas, 0.25 s of an answer from the command line.
    """
    return sql.replace("$as_of", f"date '{day.year:04}-{day.month:02}-{day.day:02}'")
