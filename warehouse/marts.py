"""Works out every metric for the month ends and goal days when a build is made, so that pages read instead of reckon.

The same SQL as for any other day; steps that several metrics rest on are worked out once a day, as temporary tables.
"""

from __future__ import annotations

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor

import duckdb

from warehouse import steps

SHARED = (
    "group_keys",
    "registered_children",
    "registered_memberships",
    "facts_at",
    "membership_states",
    "child_states",
    "helper_pairs",
    "child_coverage",
    "visit_days",
    "child_visits",
    "grouped_children",
)
_FIRST_MONTH = dt.date(2023, 1, 1)  # the plan's first year
_MOST_MONTHS = 120
_WITH_DAY = "*, cast($as_of as date) as as_of"


def make_marts(connection: duckdb.DuckDBPyConnection, as_of: dt.date, metrics: tuple[str, ...]) -> None:
    """Fill mart_<metric> (all groups, with the column as_of) and mart_days for the month ends up to `as_of`'s month.

    The days are shared out to one cursor per core: a day's statements are too small for duckdb to split.
    """
    for metric in metrics:
        laid = steps.at(steps.composed(metric + steps.FIGURES, (), _WITH_DAY), as_of)
        connection.execute(f"create table mart_{metric} as {laid} limit 0")
    days = mart_days(connection, as_of)
    cores = os.cpu_count() or 1
    threads = connection.execute("select current_setting('threads')").fetchall()[0][0]
    connection.execute("set threads = 1")
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(lambda portion: _lay_days(connection.cursor(), portion, metrics), (days[at::cores] for at in range(cores))))
    connection.execute(f"set threads = {threads}")
    rows = ", ".join(f"(date '{day}', {_month_end(day) == day})" for day in days)
    connection.execute(f"insert into mart_days values {rows}")  # noqa: S608 — dates of our own


def mart_days(connection: duckdb.DuckDBPyConnection, as_of: dt.date) -> list[dt.date]:
    """Month ends from January 2023, or the first ledger's month if later, to the month of `as_of`, and goal days."""
    ((first,),) = connection.execute("select min(ledger_on) from ledger_sheets").fetchall()
    goal_days = {row[0] for row in connection.execute("select distinct as_of from goals").fetchall()}
    month, ends = max(first or _FIRST_MONTH, _FIRST_MONTH), []
    while month <= _month_end(as_of):
        ends.append(_month_end(month))
        month = ends[-1] + dt.timedelta(days=1)
    return sorted(goal_days | set(ends[-_MOST_MONTHS:]))


def _month_end(day: dt.date) -> dt.date:
    """The last day of a day's month."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _lay_days(cursor: duckdb.DuckDBPyConnection, days: list[dt.date], metrics: tuple[str, ...]) -> None:
    """Every metric of some days into its mart, in one transaction, because each commit waits for the disk."""
    with cursor:
        cursor.begin()
        for day in days:
            _lay_day(cursor, day, metrics)
        cursor.commit()


def _lay_day(cursor: duckdb.DuckDBPyConnection, day: dt.date, metrics: tuple[str, ...]) -> None:
    """Every metric of one day into its mart; temporary tables are the cursor's own."""
    ready: list[str] = []
    for name in (*SHARED, *(metric + steps.FIGURES for metric in metrics)):
        cursor.execute(steps.at(f"create or replace temp table {name} as {steps.composed(name, ready)}", day))
        ready.append(name)
    for metric in metrics:
        cursor.execute(steps.at(f"insert into mart_{metric} {steps.composed(metric + steps.FIGURES, ready, _WITH_DAY)}", day))
