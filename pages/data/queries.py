"""The only cached reads of pages: every key carries build, day and all that settles what a reader may read (Reader), so no reader
sees an answer that is not theirs.

What a reader may see is settled in warehouse/row_access.py; nothing here asks the warehouse past it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from pages.access import User, rights
from pages.text import masked_count
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure import release, release_log
from warehouse.disclosure.child_cells import Table
from warehouse.metrics import query, registry
from warehouse.review.counting_rules import CountingRule
from warehouse.storage import build_files

KEPT = 4000
_TOLD_TO_ALL = ("ask", "common", "settings", "villages")


class Reader(NamedTuple):
    """What settles what may be read: the villages, and the count below which pages withhold (0: none). A role counts by these alone."""

    scope: tuple[str, ...]
    suppression_threshold: int


def reader_of(user: User) -> Reader:
    """What settles what a user may read."""
    return Reader(user.scope, rights.withheld_below(user.role))


def published() -> repository.Build:
    """The published build; raises builds.NothingPublished."""
    return repository.open_build(build_files.home())


def _build(build_id: str) -> repository.Build:
    """A build by its id."""
    return repository.open_build(build_files.home(), build_id)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _read(build_id: str, reader: Reader, what: str, *asked: Any) -> Any:
    """An answer of warehouse/row_access.py."""
    return getattr(row_access.ScopedBuild(_build(build_id), reader.scope), what)(*asked)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _beside(build_id: str, reader: Reader, what: str, before: str, *asked: Any) -> Any:
    """The same for answers that compare with an earlier build."""
    return getattr(row_access.ScopedBuild(_build(build_id), reader.scope), what)(_build(before), *asked)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _loads_before(build_id: str, reader: Reader) -> list[dict]:
    older = [row["build"] for row in repository.history(build_files.home()) if row["build"] < build_id]
    return [{"build": older_id, **row_access.ScopedBuild(_build(older_id), reader.scope).facts()} for older_id in older]


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _over(build_id: str, reader: Reader, metric: str, names: tuple[str, ...], days: tuple[dt.date, ...]) -> dict[str, list[tuple]]:
    found: dict[str, list[tuple]] = {}
    for day in days:
        for row in _read(build_id, reader, "ask", metric, day, "village"):  # kept day by day: the next month's series has all but one
            found.setdefault(row["village_id"], []).append(tuple(row[name] for name in names))
    return found


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _withheld(build_id: str, day: dt.date, threshold: int, register: str) -> frozenset:
    """Return the cells that an export of the day would withhold; `register` is the state of the register of editions."""
    tables = [(metric, by) for metric in release.family() for by in release.offered(metric)]
    return frozenset(_plan(build_id, Reader(row_access.WHOLE, 0), tables, day, (), threshold).plan.withheld)


@st.cache_data(max_entries=100, show_spinner=False)
def _release(
    build_id: str,
    reader: Reader,
    tables: tuple[tuple[str, str], ...],
    day: dt.date,
    also: tuple[dt.date, ...],
    threshold: int,
    register: str,
) -> release.Release:
    """Return what an export would hold; `register` as above."""
    return _plan(build_id, reader, tables, day, also, threshold)


def _plan(
    build_id: str, reader: Reader, tables: Sequence[tuple[str, str]], day: dt.date, also: Sequence[dt.date], threshold: int
) -> release.Release:
    """Plan a release from the answers kept of the reader, with what earlier editions show."""
    has_goals = any(query.is_on_goal_days(metric) for metric, _by in tables)
    goals = _read(build_id, reader, "ask", "goals", day, "town") if has_goals else []
    request = release.request(tables, day, build_files.home(), also, goals)
    rows = {name: _read(build_id, reader, "ask", name[0], name[2], name[1]) for name in request.tables}
    return release.plan_release(request, rows, threshold)


class Figures:
    """What one reader may read of one build on one day."""

    def __init__(self, build_id: str, reader: Reader, day: dt.date) -> None:
        self.build_id, self.reader, self.day = build_id, reader, day

    def ask(self, metric: str, by: str = "town", day: dt.date | None = None) -> list[dict]:
        """A metric of contract.md."""
        rows = self._cached("ask", metric, day or self.day, by)
        return self._suppress(metric, by, day or self.day, rows) if self.reader.suppression_threshold else rows

    def unsuppressed(self, metric: str, by: str, day: dt.date) -> list[dict]:
        """A metric as it is, for what decides which cells leave the house."""
        return self._cached("ask", metric, day, by)

    def release(self, tables: Sequence[tuple[str, str]], day: dt.date, threshold: int, also: Sequence[dt.date] = ()) -> release.Release:
        """Return these tables as they would be exported now, with earlier days `also`: each day takes a third of a second to plan.

        Raises suppression.CannotProtect, ValueError.
        """
        return _release(self.build_id, self.reader, tuple(tables), day, tuple(also), threshold, release_log.state(build_files.home()))

    def _suppress(self, metric: str, by: str, day: dt.date, rows: list[dict]) -> list[dict]:
        """The rows with ＊ in the cells that an export of the day would withhold.

        Raises scopes.OutOfScope for what is not decided by a day's plan, withholding.CannotProtect, ValueError.
        """
        if metric not in release.family() or by not in release.OFFERED:
            raise row_access.OutOfScope
        withheld = _withheld(self.build_id, day, self.reader.suppression_threshold, release_log.state(build_files.home()))
        return [masked_count.row(row) for row in release.shown_rows(Table(metric, by, day, rows), withheld, is_whole=True)]

    def _cached(self, what: str, *asked: Any) -> Any:
        """An answer, kept. Of single children and places a reader whose counts are withheld is told nothing."""
        self._check(what)
        return _read(self.build_id, self.reader, what, *asked)

    def _check(self, what: str) -> None:
        """Refuse what is not for a reader whose counts are withheld."""
        if self.reader.suppression_threshold and what not in _TOLD_TO_ALL:
            raise row_access.OutOfScope

    def rows(self, name: str, **params: Any) -> list[dict]:
        """Return the rows of a list of warehouse/sql/lists, each with its village_id. Raises row_access.OutOfScope."""
        return self._cached("rows", name, tuple(sorted(params.items())))

    def common(self, name: str) -> list[dict]:
        """Return the rows of a list over tables that say nothing of any village. Raises row_access.OutOfScope."""
        return self._cached("common", name)

    def step(self, name: str) -> list[dict]:
        """Rows of one of the warehouse's steps on the day, those with a place in the ledgers with its `file` and `sheet`."""
        return self._cached("step", name, self.day)

    def rows_behind(self, metric: str, name: str, village_id: str | None = None, class_no: int | None = None) -> list[dict]:
        """The rows that a figure counts. Raises metrics.CannotAsk where none do."""
        return self._cached("rows_behind", metric, name, self.day, village_id, class_no)

    def share_rows(self, share: str, village_id: str | None = None, class_no: int | None = None) -> list[dict]:
        """The rows behind a share, those of the numerator told. Raises metrics.CannotAsk where none are."""
        return self._cached("share_rows", share, self.day, village_id, class_no)

    def counts(self, metric: str, names: tuple[str, ...], *by: str) -> list[dict]:
        """Several figures at once by columns of the rows behind them; as many as `rows_behind` would list."""
        return self._cached("counts", metric, names, self.day, by)

    def class_parts(self, share: str, group: str) -> list[dict]:
        """The parts of a share by village for a group of behind.CLASS_GROUPS. Raises metrics.CannotAsk."""
        return self._cached("class_parts", share, self.day, group)

    def inspected(self, what: str, code: str, village_id: str | None, class_no: int | None = None) -> Any:
        """A figure inspected: what was counted, left out, touched by findings, and what other ways of counting give."""
        return self._cached("inspected", what, code, self.day, village_id, class_no)

    def left_out(
        self, code: str, line: tuple[str, str | None] | None, most: int, village_id: str | None, class_no: int | None = None
    ) -> list[dict]:
        """The first rows that a figure leaves out, of one reason or of all."""
        return self._cached("left_out", code, line, most, self.day, village_id, class_no)

    def in_load(self, before: str, code: str, village_id: str | None, class_no: int | None = None) -> list[CountingRule]:
        """A figure as an earlier load told it. Raises builds.UnknownBuild, metrics.CannotAsk."""
        self._check("in_load")
        return _beside(self.build_id, self.reader, "in_load", before, code, self.day, village_id, class_no)

    def time_series(self, metric: str, names: tuple[str, ...], days: list[dt.date]) -> dict[str, list[tuple]]:
        """Some columns of a metric on each of the days, by village."""
        self._check("over")
        return _over(self.build_id, self.reader, metric, names, tuple(days))

    def mended(self, before: str) -> list[dict]:
        """Findings of the build before that this one no longer has. Raises builds.UnknownBuild where it is not kept."""
        self._check("mended")
        return _beside(self.build_id, self.reader, "mended", before)

    def trail(self, child_id: str) -> dict[str, list[dict]]:
        """All that the ledgers say of one child."""
        return self._cached("trail", child_id, self.day)

    def settings(self, *names: str) -> list[dict]:
        """The settings that metrics read, in force in the build, beside the program's own."""
        return self._cached("settings", names)

    def loads_before(self) -> list[dict]:
        """The builds kept from before this one, newest first: `build` and its facts (as_of, loaded_at, ledgers)."""
        self._check("loads_before")
        return _loads_before(self.build_id, self.reader)

    def changes(self, before: str, village_id: str | None = None) -> tuple[list[dict], list[str]]:
        """The headline figures in the build `before` and in this one, and the settings that differ (warehouse/review/figure_changes.py)."""
        self._check("changes")
        return _beside(self.build_id, self.reader, "changes", before, self.day, village_id)

    def explained(self, before: str, metric: str, name: str, village_id: str | None = None) -> list[dict]:
        """The rows that count in one of both builds only, with reasons."""
        self._check("explained")
        return _beside(self.build_id, self.reader, "explained", before, metric, name, self.day, village_id)

    def of(self, metric: str, village_id: str | None, day: dt.date | None = None) -> dict:
        """The one row of a metric for the town, or for a village."""
        if village_id is None:
            return self.ask(metric, "town", day)[0]
        return next(row for row in self.ask(metric, "village", day) if row["village_id"] == village_id)

    def target(self, share: str) -> float | None:
        """The target of a share in the town's next goal after the day, else in its last; None where no goal speaks of it.

        The registry says which goal a share is held against, or gives the target itself.
        """
        entry = registry.shares().get(share)
        if entry and isinstance(entry.target, float):
            return entry.target
        indicator = (entry.target if entry else None) or share
        goals = [row for row in self.common("goals") if row["indicator"] == indicator]
        ahead = [row["target"] for row in goals if row["as_of"] >= self.day]
        return (ahead or [row["target"] for row in goals[::-1]] or [None])[0]

    def facts(self) -> dict[str, str]:
        """What the build tells of itself (build_facts), without what it leaves open."""
        return self._cached("facts")

    def villages(self) -> list[dict]:
        """The register's villages in its order."""
        return self._cached("villages")

    def months(self) -> list[dt.date]:
        """Month ends laid down in the build, up to the day, oldest first."""
        return [row["as_of"] for row in self.common("snapshot_days") if row["is_month_end"] and row["as_of"] <= self.day]

    def month_ago(self) -> dt.date:
        """The same day a month before (its last day where the month is shorter)."""
        last = self.day.replace(day=1) - dt.timedelta(days=1)
        is_end = (self.day + dt.timedelta(days=1)).day == 1
        return last if is_end else last.replace(day=min(self.day.day, last.day))
