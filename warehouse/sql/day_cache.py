"""Steps of days that have no mart, computed at the first question about a day and kept for all that follow.

Planning the whole statement of a metric takes 40 ms however few the children; over steps that are tables it takes 5 to 25,
over its own figures 1, and the steps together take 45 (measured on the demo town). A page asks two to twenty questions about a day.
"""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import duckdb

from warehouse.sql import compose

# Two years of month ends; a town's day takes 5 MB with the figures of all its metrics. Builds of before are asked about few.
MOST_DAYS, FEW_DAYS = 24, 4
MOST_TABLES = 24  # of a day beside its steps: its metrics' figures, and rows of the figures reviewed last
Sql = Callable[[Collection[str]], str]  # writes a statement, given the names of the tables that exist


class _Day:
    """One day's steps as temporary tables of a cursor, which one thread at a time may use."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, day: dt.date) -> None:
        self.cursor, self.day, self.lock = connection.cursor(), day, threading.RLock()
        self.tables: list[str] = []

    def create(self, name: str, sql: Sql) -> None:
        """Create a table, and those of the steps it reads, unless they exist."""
        if name in self.tables:
            return
        self.cursor.execute(compose.bind_day(f"create or replace temp table {name} as {self.over_steps(sql, name)}", self.day))
        self.tables.append(name)
        for oldest in [table for table in self.tables if table not in compose.SHARED][:-MOST_TABLES]:
            self.cursor.execute(f"drop table {oldest}")
            self.tables.remove(oldest)

    def over_steps(self, sql: Sql, name: str = "") -> str:
        """Return a statement once the shared steps that it reads are tables: those before `name` where that is one itself."""
        steps = compose.SHARED[: compose.SHARED.index(name)] if name in compose.SHARED else compose.SHARED
        statement = sql((*steps, *self.tables))
        for step in compose.tables_read(statement, steps):
            self.create(step, partial(compose.compose, step))
        return statement


class Days:
    """The days of one build that were asked about; the least recent are forgotten beyond `most`.

    `is_kept` false keeps none: a day of a million children would take the memory of the build.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, is_kept: bool) -> None:
        self._connection, self.is_kept = connection, is_kept
        self._days: OrderedDict[dt.date, _Day] = OrderedDict()
        self.most, self._lock = MOST_DAYS, threading.Lock()

    @contextmanager
    def cursor_for_day(
        self, day: dt.date, sql: Sql, wanted: Mapping[str, Sql] | None = None
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """Yield a cursor for one question about a day, and its statement over the tables of that day (none where no days are kept).

        `wanted` are tables that exist besides the steps from now on.
        """
        if self.is_kept:
            with (kept := self._day(day)).lock:
                for name, source in (wanted or {}).items():
                    kept.create(name, source)
                yield kept.cursor, compose.bind_day(kept.over_steps(sql), day)
        else:
            with self._connection.cursor() as cursor:
                yield cursor, compose.bind_day(sql(()), day)

    @contextmanager
    def with_steps(self, day: dt.date) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor for several questions about a day of a build that keeps none; the shared steps are its tables."""
        temporary = _Day(self._connection, day)
        with temporary.cursor as cursor:
            for step in compose.SHARED:
                temporary.create(step, partial(compose.compose, step))
            yield cursor

    def _day(self, day: dt.date) -> _Day:
        with self._lock:
            if day not in self._days:
                self._days[day] = _Day(self._connection, day)
            self._days.move_to_end(day)
            kept = self._days[day]
        self.keep(self.most)
        return kept

    def keep(self, most: int) -> None:
        """Keep so many days from now on."""
        with self._lock:
            self.most = most
            while len(self._days) > most:  # dropped, not closed: another thread may still be reading it
                self._days.popitem(last=False)
