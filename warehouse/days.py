"""A day that no mart tells of: its steps are worked out once, at the first question about it, and kept for all that follow.

Planning the whole statement of a metric takes 40 ms however few the children; over steps that stand as tables it takes 5 to 10,
and the steps together take 55 (measured on the demo town). A page asks two to ten questions about a day.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from warehouse import steps

MOST = 12  # days kept; a town's steps of a day are some hundred rows


class _Day:
    """One day's steps as temporary tables of a cursor, which one thread at a time may ask."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, day: dt.date) -> None:
        self.cursor, self.day, self.lock, self.is_laid = connection.cursor(), day, threading.RLock(), False

    def lay(self) -> None:
        """Work the steps out, unless they stand."""
        if self.is_laid:
            return
        for at, step in enumerate(steps.SHARED):
            sql = f"create or replace temp table {step} as {steps.composed(step, steps.SHARED[:at])}"
            self.cursor.execute(steps.at(sql, self.day))
        self.is_laid = True


class Days:
    """The days of one build that were asked about, the least recent forgotten beyond MOST.

    `is_kept` false keeps none: a day of a million children would take the memory of the build.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, is_kept: bool) -> None:
        self._connection, self._is_kept = connection, is_kept
        self._asked: OrderedDict[dt.date, _Day] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def asking(self, day: dt.date) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[str, ...]]]:
        """A cursor for one question about a day, and the steps that stand in it: none where no days are kept."""
        if self._is_kept:
            with (known := self._known(day)).lock:
                known.lay()
                yield known.cursor, steps.SHARED
        else:
            with self._connection.cursor() as cursor:
                yield cursor, ()

    @contextmanager
    def laid(self, day: dt.date) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for several questions about a day, in which the steps stand."""
        if self._is_kept:
            with self.asking(day) as (cursor, _ready):
                yield cursor
        else:
            one = _Day(self._connection, day)
            with one.cursor as cursor:
                one.lay()
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
