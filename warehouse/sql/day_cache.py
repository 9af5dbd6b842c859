"""A day that no mart tells of: its steps are worked out once, at the first question about it, and kept for all that follow.

Planning the whole statement of a metric takes 40 ms however few the children; over steps that stand as tables it takes 5 to 25,
over its own figures 1, and the steps together take 45 (measured on the demo town). A page asks two to twenty questions about a day.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import duckdb

from warehouse.sql import compose

MOST = 24  # days kept: two years of month ends; a town's day takes 5 MB with the figures of all its metrics
MOST_OWN = 24  # tables of a day beside its steps: its metrics' figures, and rows of the figures inspected last
Sql = Callable[[Collection[str]], str]  # writes a statement, given the names of what stands as tables


class _Day:
    """One day's steps as temporary tables of a cursor, which one thread at a time may ask."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, day: dt.date) -> None:
        self.cursor, self.day, self.lock = connection.cursor(), day, threading.RLock()
        self.stands: list[str] = []

    def keep(self, name: str, sql: Sql) -> None:
        """Work one table out, and the steps it rests on, unless they stand."""
        if name not in self.stands:
            self.cursor.execute(compose.bind_day(f"create or replace temp table {name} as {self.over(sql, name)}", self.day))
            self.stands.append(name)
            for old in [table for table in self.stands if table not in compose.SHARED][:-MOST_OWN]:
                self.cursor.execute(f"drop table {old}")
                self.stands.remove(old)

    def over(self, sql: Sql, name: str = "") -> str:
        """A statement, once the steps that it names stand: those before `name` where that is a step itself."""
        before = compose.SHARED[: compose.SHARED.index(name)] if name in compose.SHARED else compose.SHARED
        told = sql((*before, *self.stands))
        for step in compose.named(told, before):
            self.keep(step, partial(compose.compose, step))
        return told


class Days:
    """The days of one build that were asked about, the least recent forgotten beyond MOST.

    `is_kept` false keeps none: a day of a million children would take the memory of the build.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, is_kept: bool) -> None:
        self._connection, self.is_kept = connection, is_kept
        self._asked: OrderedDict[dt.date, _Day] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def cursor_for_day(
        self, day: dt.date, sql: Sql, wanted: Mapping[str, Sql] | None = None
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """A cursor for one question about a day, and its statement over what stands in it: nothing where no days are kept.

        `wanted` are tables that stand besides the steps from now on.
        """
        if self.is_kept:
            with (known := self._known(day)).lock:
                for name, made in (wanted or {}).items():
                    known.keep(name, made)
                yield known.cursor, compose.bind_day(known.over(sql), day)
        else:
            with self._connection.cursor() as cursor:
                yield cursor, compose.bind_day(sql(()), day)

    @contextmanager
    def with_steps(self, day: dt.date) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for several questions about a day of a build that keeps none, in which the steps stand."""
        one = _Day(self._connection, day)
        with one.cursor as cursor:
            for step in compose.SHARED:
                one.keep(step, partial(compose.compose, step))
            yield cursor

    def _known(self, day: dt.date) -> _Day:
        """The day, old or new."""
        with self._lock:
            if day not in self._asked:
                self._asked[day] = _Day(self._connection, day)
            self._asked.move_to_end(day)
            while len(self._asked) > MOST:  # let go of, not closed: another thread may still be reading it
                self._asked.popitem(last=False)
            return self._asked[day]
