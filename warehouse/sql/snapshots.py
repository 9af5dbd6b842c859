"""Works out every metric for the month ends and goal days when a build is made, so that pages read instead of reckon.

The same SQL as for any other day. A town's many days are worked out by one statement: the select of a step stands in a
lateral join with the days, because planning a statement takes as long as running it for a town. A build too large for
that is worked out day by day. Steps that several metrics rest on are worked out once, as temporary tables.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from warehouse.sql import compose

_SHARED_BY_DAYS = (
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
_MOST_ROWS = 500_000  # children × days of one statement, which bounds the memory of a load
_MEMORY = "600MiB"  # of duckdb while it works; what does not fit is put beside the draft (tests/bench/scale.py measures it)


def make_marts(connection: duckdb.DuckDBPyConnection, as_of: dt.date, metrics: tuple[str, ...]) -> None:
    """Fill mart_<metric> (all groups, with the column as_of) and mart_days for the month ends up to `as_of`'s month."""
    days = mart_days(connection, as_of)
    ((children,),) = connection.execute("select count(*) from children").fetchall()
    at_once = _MOST_ROWS // max(children, 1)
    connection.execute(f"set memory_limit = '{_MEMORY}'")
    for first in range(0, len(days), max(at_once, 1)):
        if at_once > 1:
            _lay_days(connection, days[first : first + at_once], metrics)
        else:
            _lay_day(connection, days[first], metrics)
    connection.execute("reset memory_limit")
    connection.execute(f"insert into mart_days {_values(days)}")


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


def _values(days: list[dt.date]) -> str:
    """The days as rows (as_of, is_month_end)."""
    return "values " + ", ".join(f"(date '{day}', {_month_end(day) == day})" for day in days)


def _lay_days(connection: duckdb.DuckDBPyConnection, days: list[dt.date], metrics: tuple[str, ...]) -> None:
    """Every metric of some days into its mart; the first days create the marts."""
    connection.execute(f"create or replace temp table laid_days as from ({_values(days)}) as d(as_of, is_month_end)")
    ready: list[str] = []
    for name in (*_SHARED_BY_DAYS, *(metric + compose.FIGURES for metric in metrics)):
        connection.execute(f"create or replace temp table laid_{name} as {_on_each_day(name, ready)}")
        ready.append(name)
    _fill(connection, {metric: f"select * exclude (laid_on), laid_on as as_of from laid_{metric}{compose.FIGURES}" for metric in metrics})  # noqa: S608 — our own names
    for name in ("days", *ready):
        connection.execute(f"drop table temp.laid_{name}")


def _lay_day(connection: duckdb.DuckDBPyConnection, day: dt.date, metrics: tuple[str, ...]) -> None:
    """Every metric of one day into its mart, by the statements of a live answer: of a large build several days at once
    would take too much memory, and a literal day lets duckdb skip what it need not read.
    """
    ready: list[str] = []
    for name in (*compose.SHARED, *(metric + compose.FIGURES for metric in metrics)):
        connection.execute(f"create or replace temp table {name} as {compose.bind_day(compose.compose(name, ready), day)}")
        ready.append(name)
    _fill(connection, {metric: f"select *, date '{day}' as as_of from {metric}{compose.FIGURES}" for metric in metrics})  # noqa: S608 — our own names
    for name in ready:
        connection.execute(f"drop table temp.{name}")


def _fill(connection: duckdb.DuckDBPyConnection, rows: dict[str, str]) -> None:
    """Rows of each metric into its mart; in one transaction, because each commit waits for the disk (the temporary tables
    before are committed one by one, so that the planner knows their sizes).

    A day's rows stand by group and village, so that a page's question about a few villages reads a few blocks.
    """
    connection.begin()
    for metric, sql in rows.items():
        connection.execute(f"create table if not exists mart_{metric} as {sql} limit 0")
        connection.execute(f"insert into mart_{metric} {sql} order by as_of, grp, village_id, class_no")
    connection.commit()


def _on_each_day(name: str, ready: list[str]) -> str:
    """A step's select for every day of `laid_days`, reading the rows of that day from the steps laid down before."""
    standing = [f"{step} as (select * exclude (laid_on) from laid_{step} where laid_on = d.as_of)" for step in ready]  # noqa: S608 — our own names
    sql = compose.compose(name, ready, before=standing).replace("$as_of", "d.as_of")
    return f"select d.as_of as laid_on, l.* from laid_days as d, lateral ({sql}) as l"  # noqa: S608 — our own names
