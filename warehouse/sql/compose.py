"""Statements composed of the .sql files: every file is one select, and the steps that it reads become its CTEs.

Other SQL reads a step by its file's name, whatever its folder. A metric that another one reads is `<metric>_figures`,
because the tables `visits`, `needs` and `goals` have the plain names. The rows behind figures (sql/rows) are
`<kind>_rows`, all rows that could be counted with what leaves them out (sql/population) `<kind>_population`.
"""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent
METRICS = SQL / "metrics"
FIGURES, ROWS, POPULATION = "_figures", "_rows", "_population"
SHARED = tuple(  # what several metrics read, each after those it reads itself
    "village_places registered_children registered_memberships facts_at membership_states child_states child_coverage child_visits".split()
)
_READ = re.compile(r"\b(?:from|join)\s+(\w+)")
_SETTING = re.compile(r"\bsettings as (\w+)\s+on \1\.name = '(\w+)'")
_SETTING_TABLES = ("care_days", "goals")  # tables that hold settings whole


@cache
def step_files() -> dict[str, Path]:
    """Return the file of every step, metric, kind of rows and population, by the name that other SQL reads it by."""
    folders = {SQL / "steps": "", METRICS: FIGURES, SQL / "rows": ROWS, SQL / "population": POPULATION}
    return {path.stem + ending: path for folder, ending in folders.items() for path in sorted(folder.rglob("*.sql"))}


@cache
def list_files() -> dict[str, Path]:
    """Return the lists that pages show as they are (sql/lists), each a statement with parameters of its own."""
    return {path.stem: path for path in sorted((SQL / "lists").glob("*.sql"))}


@cache
def text(name: str) -> str:
    """Return the file of a step or metric with its comments. Raises KeyError for a name without a file."""
    return step_files()[name].read_text(encoding="utf-8")


@cache
def body(name: str) -> str:
    """Return the select of a step or metric without its comments. Raises KeyError as `text` does."""
    return _without_comments(text(name))


@cache
def list_sql(name: str, ready: tuple[str, ...] = ()) -> str:
    """Return the statement of a list, the steps that it reads before it but for `ready` ones. Raises KeyError for a name without a file."""
    sql = _without_comments(list_files()[name].read_text(encoding="utf-8"))
    steps = ",\n".join(f"{step} as (\n{body(step)}\n)" for step in _steps_of(sql, frozenset(ready)))
    return f"with {steps}{', ' if sql.startswith('with ') else ' '}{sql.removeprefix('with ')}" if steps else sql


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()


@cache
def dependencies(name: str, ready: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the steps that `name` reads, directly or through others, each after those it reads itself.

    Neither `ready` steps are among them nor those that only `ready` steps read.
    """
    return _steps_of(body(name), ready, name)


def _steps_of(sql: str, ready: frozenset[str], name: str = "") -> tuple[str, ...]:
    steps: dict[str, None] = {}
    for step in tables_read(sql, step_files()):
        if step not in ready and step != name:
            steps.update(dict.fromkeys((*dependencies(step, ready), step)))
    return tuple(steps)


def tables_read(sql: str, among: Collection[str]) -> list[str]:
    """Return those of some tables that a statement reads, in the order in which it first names them."""
    return [name for name in dict.fromkeys(_READ.findall(sql)) if name in among]


@cache
def settings_read(name: str) -> tuple[str, ...]:
    """Return the settings that a step and those before it read: names in the table settings, and care_days, goals."""
    sql = "\n".join(body(step) for step in (*dependencies(name), name))
    return tuple(sorted({*(setting for _alias, setting in _SETTING.findall(sql)), *tables_read(sql, _SETTING_TABLES)}))


def compose(name: str, ready: Collection[str] = (), columns: str = "*", before: Sequence[str] = ()) -> str:
    """Return `with … select * from name`, `$as_of` its only parameter; `ready` steps are tables, or the CTEs given in `before`."""
    steps = () if name in ready else (*dependencies(name, frozenset(ready)), name)
    parts = [*before, *(f"{step} as (\n{body(step)}\n)" for step in steps)]
    steps_before = "with " + ",\n".join(parts) + "\n" if parts else ""
    return f"{steps_before}select {columns} from {name}"  # noqa: S608 — names of our own files


def bind_day(sql: str, day: dt.date) -> str:
    """Return the statement with the day as a literal for `$as_of`: binding makes duckdb import pandas, 0.25 s of an answer."""
    return sql.replace("$as_of", f"date '{day.year:04}-{day.month:02}-{day.day:02}'")
