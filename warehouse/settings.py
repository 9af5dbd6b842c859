"""Reads settings.toml and goals.toml and lays them into a build as small tables, so that figures need nothing else.

A file of the same name in the data home overrides single settings, or the goals as a whole.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import duckdb

_HERE = Path(__file__).parent
_DATED = ("winter_holiday", "childrens_day", "summer_holiday")


def settings(home: Path) -> dict:
    """The settings in force: those of the program with the home's own laid over, section by section."""
    found = _read(_HERE / "settings.toml")
    own = home / "settings.toml"
    for name, value in (_read(own) if own.exists() else {}).items():
        found[name] = found.get(name, {}) | value if isinstance(value, dict) else value
    return found


def goals(home: Path) -> list[dict]:
    """The goals in force: rows of `goals` as goals.toml lists them."""
    own = home / "goals.toml"
    return _read(own if own.exists() else _HERE / "goals.toml")["goals"]


def _read(path: Path) -> dict:
    """One TOML file. Raises ValueError naming the file and the place where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from error


def lay_in(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Fill the tables settings, goals and care_days of a new build."""
    now = settings(home)
    _insert(connection, "settings", _setting_rows(now))
    _insert(connection, "care_days", _care_rows(now))
    columns = ("goal_year", "indicator", "as_of", "target", "weight", "plan")
    _insert(connection, "goals", [(*(goal[name] for name in columns), at) for at, goal in enumerate(goals(home), 1)])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    """Rows into a table, in the table's column order; as a frame, because bound values make duckdb import pandas (0.4 s)."""
    import polars as pl

    connection.register("rows_to_lay_in", pl.DataFrame(rows, orient="row", infer_schema_length=None).to_arrow())
    if rows:
        connection.execute(f"insert into {table} select * from rows_to_lay_in")  # noqa: S608 — our own names
    connection.unregister("rows_to_lay_in")


def _setting_rows(now: dict) -> list[tuple[str, str, float]]:
    """(name, item, value): thresholds in yuan by year, 0 or 1 for a switch, 1 for each mode that counts, days."""
    rows = [("illness_cost", item, float(cost)) for item, cost in now["illness_cost"].items()]
    rows += [("counted_mode", mode, 1.0) for mode in now["visits"]["counted_modes"]]
    rows += [("level_3_mental", "default", float(now["severe_disability"]["level_3_mental"]))]
    rows += [("birthday_grace_days", "default", float(now["care"]["birthday_grace_days"]))]
    return rows


def _care_rows(now: dict) -> list[tuple[int, str, dt.date]]:
    """(year, occasion, last day) for every year from 2000 to 2099; Spring Festival only where its day is known."""
    rows = [(year, occasion, _day(year, now["care"][occasion])) for year in range(2000, 2100) for occasion in _DATED]
    grace = dt.timedelta(days=now["care"]["spring_festival_grace_days"])
    return rows + [(int(year), "spring_festival", day + grace) for year, day in now["spring_festival"].items()]


def _day(year: int, month_day: str) -> dt.date:
    """`06-15` or `02-last` in a year."""
    month, day = month_day.split("-")
    if day == "last":
        return dt.date(year + int(month) // 12, int(month) % 12 + 1, 1) - dt.timedelta(days=1)
    return dt.date(year, int(month), int(day))
