"""Figures of every metric for month ends, goal days and the build's own day, computed when a build is made so that pages only read them.

The SQL is that of any other day. A town's days are computed by one statement: the select of a step is in a lateral join
with the days, because planning a statement takes as long as running it for a town. A build too large for that is computed
day by day. Steps that several metrics read are computed once, as temporary tables.
"""

import datetime as dt

import duckdb

from warehouse.sql import compose

_SHARED_BY_DAYS = (
    "village_places group_keys registered_children registered_memberships facts_at membership_states child_states helper_pairs"
    " child_coverage visit_days child_visits grouped_children"
).split()
_FIRST_MONTH = dt.date(2023, 1, 1)  # the plan's first year
_MOST_MONTHS = 120
_MOST_ROWS = 500_000  # children × days of one statement, which bounds the memory of a load
_SMALL = 100_000  # children × days: less than duckdb parts among threads in reading
_MEMORY = "600MiB"  # of duckdb while it computes; what does not fit is put beside the draft (tests/bench/scale.py measures it)


def make_marts(connection: duckdb.DuckDBPyConnection, as_of: dt.date, metrics: tuple[str, ...]) -> None:
    """Fill mart_<metric> (all groups, with the column as_of) and mart_days for the days that `mart_days` returns."""
    days = mart_days(connection, as_of)
    ((children,),) = connection.execute("select count(*) from children").fetchall()
    days_at_once = max(_MOST_ROWS // max(children, 1), 1)
    connection.execute(f"set memory_limit = '{_MEMORY}'")
    if children * len(days) < _SMALL:
        connection.execute("set threads = 1")  # parting a town's few rows takes half as long again
    for first in range(0, len(days), days_at_once):
        if days_at_once > 1:
            _compute_days(connection, days[first : first + days_at_once], metrics)
        else:
            _compute_day(connection, days[first], metrics)
    connection.execute("reset memory_limit")
    connection.execute("reset threads")
    connection.execute(f"insert into mart_days {_day_values(days)}")


def mart_days(connection: duckdb.DuckDBPyConnection, as_of: dt.date) -> list[dt.date]:
    """Return `as_of`, goal days, and month ends from January 2023, or the first ledger's month if later, to the month of `as_of`."""
    ((first,),) = connection.execute("select min(ledger_on) from ledger_sheets").fetchall()
    goal_days = {row[0] for row in connection.execute("select distinct as_of from goals").fetchall()}
    month, ends = max(first or _FIRST_MONTH, _FIRST_MONTH), []
    while month <= month_end(as_of):
        ends.append(month_end(month))
        month = ends[-1] + dt.timedelta(days=1)
    return sorted({*goal_days, *ends[-_MOST_MONTHS:], as_of})


def month_end(day: dt.date, back: int = 0) -> dt.date:
    """Return the last day of the month that lies so many months before that of `day`."""
    months = day.year * 12 + day.month - back  # of the month after, which begins the day after
    return dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)


def _day_values(days: list[dt.date]) -> str:
    return "values " + ", ".join(f"(date '{day}', {month_end(day) == day})" for day in days)


def _compute_days(connection: duckdb.DuckDBPyConnection, days: list[dt.date], metrics: tuple[str, ...]) -> None:
    """Add every metric of some days to its mart by one statement a step."""
    connection.execute(f"create or replace temp table days_all as select * from ({_day_values(days)}) as d(as_of, is_month_end)")  # noqa: S608 — our own days
    ready: list[str] = []
    for name in (*_SHARED_BY_DAYS, *(metric + compose.FIGURES for metric in metrics)):
        # `ready` steps are read from their tables, the rows of that day
        steps = [f"{step} as (select * exclude (snapshot_on) from days_{step} where snapshot_on = d.as_of)" for step in ready]  # noqa: S608 — our own names
        sql = compose.compose(name, ready, before=steps).replace("$as_of", "d.as_of")
        on_each_day = f"select d.as_of as snapshot_on, l.* from days_all as d, lateral ({sql}) as l"  # noqa: S608 — our own names
        connection.execute(f"create or replace temp table days_{name} as {on_each_day}")
        ready.append(name)
    columns = "* exclude (snapshot_on), snapshot_on as as_of"
    _insert(connection, {metric: f"select {columns} from days_{metric}{compose.FIGURES}" for metric in metrics})  # noqa: S608 — our own names
    for name in ("all", *ready):
        connection.execute(f"drop table temp.days_{name}")


def _compute_day(connection: duckdb.DuckDBPyConnection, day: dt.date, metrics: tuple[str, ...]) -> None:
    """Add every metric of one day to its mart by the statements of a live answer, which take less memory than several days at once."""
    ready: list[str] = []
    for name in (*compose.SHARED, *(metric + compose.FIGURES for metric in metrics)):
        connection.execute(f"create or replace temp table {name} as {compose.bind_day(compose.compose(name, ready), day)}")
        ready.append(name)
    _insert(connection, {metric: f"select *, date '{day}' as as_of from {metric}{compose.FIGURES}" for metric in metrics})  # noqa: S608 — our own names
    for name in ready:
        connection.execute(f"drop table temp.{name}")


def _insert(connection: duckdb.DuckDBPyConnection, figures: dict[str, str]) -> None:
    """Add the rows that a select returns for each metric to its mart, in the order of group and village.

    So a page's question about a few villages reads a few blocks. All is one transaction, because each commit waits for the
    disk; the temporary tables before are committed one by one, so that the planner knows their sizes.
    """
    connection.begin()
    for metric, sql in figures.items():
        connection.execute(f"create table if not exists mart_{metric} as {sql} limit 0")
        connection.execute(f"insert into mart_{metric} {sql} order by as_of, grp, village_id, class_no")
    connection.commit()
