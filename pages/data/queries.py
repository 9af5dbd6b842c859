"""The cached reader of a build: the only reads of pages that are kept.

Every key carries build, day and all that settles what a reader may read (Reader), so no reader sees an answer that is not theirs.
What a reader may see is settled in warehouse/row_access.py; nothing here asks the warehouse past it.
"""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial, wraps
from inspect import isfunction
from typing import Any, NamedTuple

import streamlit as st

from locales import N_, Refusal
from pages.access import User, rights
from pages.data import village_reports
from pages.text import masked_count
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure import release, release_log
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.child_cells import Table
from warehouse.metrics import query, registry
from warehouse.row_access import ScopedBuild, ScopedDay
from warehouse.settings import settings
from warehouse.sql import snapshots
from warehouse.storage import build_files

KEPT = 4000
# What a reader whose counts are withheld is answered too; all else, now or to come, may be of single children and is refused.
_OPEN_TO_ALL = (ScopedBuild.common, ScopedBuild.settings, ScopedBuild.village_names, ScopedDay.villages)


class DayNotPublished(Refusal, ValueError):
    """A public edition of a day that others would be compared with, one after another."""

    says = N_("公开件只出每月最后一天和最新一天的数，因为逐日对照能推出不公布的数。统计截至请改为 {day} 这样的月末。")


class Reader(NamedTuple):
    """What settles what may be read: the villages, and the count below which pages withhold (0: none). A role counts by these alone."""

    scope: tuple[str, ...]
    suppression_threshold: int


def reader_of(user: User) -> Reader:
    """Return what settles what a user may read."""
    return Reader(user.scope, rights.withheld_below(user.role))


def published() -> repository.Build:
    """Return the published build. Raises build_files.NothingPublished."""
    return repository.open_build(build_files.home())


def newest_day(build: repository.Build) -> dt.date:
    """Return the day that the build's checks speak of."""
    return dt.date.fromisoformat(build.facts["as_of"])


def _keep(build_id: str, reader: Reader, day: dt.date | None, answer: Callable[..., Any], args: tuple, /, **named: Any) -> Any:
    """Return one answer of row_access, of plain values; `day` None for those that are of no day."""
    key = (build_id, reader, day, answer.__name__, args, sorted(named.items()))
    # One text, by name: streamlit takes as long over each value of a key, and asks what its place is called, as over this one.
    return _answered(key=repr(key), _build_id=build_id, _reader=reader, _day=day, _ask=partial(answer, **named), _args=args)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _answered(key: str, _build_id: str, _reader: Reader, _day: dt.date | None, _ask: Callable[..., Any], _args: tuple) -> Any:
    build = repository.open_build(build_files.home(), _build_id)
    return _ask(ScopedDay(build, _reader.scope, _day) if _day else ScopedBuild(build, _reader.scope), *_args)


def _unsuppressed(build_id: str, reader: Reader, metric: str, by: str, day: dt.date) -> list[dict]:
    rows: list[dict] = _keep(build_id, reader, day, ScopedDay.ask, (metric, by))
    return rows


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _time_series(build_id: str, reader: Reader, metric: str, names: tuple[str, ...], days: tuple[dt.date, ...]) -> dict[str, list[tuple]]:
    series: dict[str, list[tuple]] = {}
    for at, day in enumerate(days):  # the next month's series has all but one of them
        for row in _unsuppressed(build_id, reader, metric, "village", day):
            of_village = series.setdefault(row["village_id"], [(0,) * len(names)] * len(days))  # not there on the other days
            of_village[at] = tuple(row[name] for name in names)
    return series


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _withheld(build_id: str, day: dt.date, threshold: int, town_threshold: int, register: str) -> frozenset:
    """Return the cells that a publication of the day would withhold; `register` is the state of the register of editions."""
    tables = tuple((metric, by) for metric in release.family() for by in release.offered(metric))
    return _planned(build_id, tables, day, (), threshold, town_threshold, register).withheld or frozenset()


@st.cache_data(max_entries=100, show_spinner=False)
def _planned(
    build_id: str,
    tables: tuple[tuple[str, str], ...],
    day: dt.date,
    also: tuple[dt.date, ...],
    threshold: int,
    town_threshold: int,
    register: str,
) -> release.Release:
    """Plan what a public edition would hold from the answers kept of the whole town; `register` as above, and with what was released."""
    ask = partial(_unsuppressed, build_id, Reader(row_access.WHOLE, 0))
    goals = ask("goals", "town", day) if any(query.is_on_goal_days(metric) for metric, _by in tables) else []
    request = release.request(tables, day, build_files.home(), also, goals)
    planned = release.plan_release(request, {name: ask(*name) for name in request.tables}, threshold, town_threshold)
    return _reported(planned, Figures(build_id, Reader(row_access.WHOLE, 0), day))


def _reported(planned: release.Release, figures: "Figures") -> release.Release:
    """Return tables without figures of a year of which nobody reported."""
    for table in planned.tables:
        planned.replace_rows(table, [figures.reported(table.metric, row, table.as_of) for row in planned.rows(table)])
    return planned


def _register() -> tuple[int, str]:
    """Return what plans rest on besides the build: the count below which the town's own row is withheld, the state of the register."""
    home = build_files.home()
    return settings.kept(home)["public_threshold_town"], release_log.state(home)


def months_before(day: dt.date, count: int) -> dt.date:
    """Return the same day some months before: the last of its month for the last of a month, and where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, last if is_end else min(day.day, last))


def goal_in_force(goals: Sequence[dict], day: dt.date) -> list[dict]:
    """Return the goals of the year whose day (`goal_on`, else `as_of`) is the next on or after a day, else of the last year."""
    days = {row["goal_year"]: row.get("goal_on", row["as_of"]) for row in goals}
    year = next((year for year in sorted(days) if days[year] >= day), max(days, default=None))
    return [row for row in goals if row["goal_year"] == year]


class Figures(ScopedDay):
    """What one reader may read of one build on one day: the answers of ScopedDay, kept, and what pages make of them."""

    def __init__(self, build_id: str, reader: Reader, day: dt.date, before: dt.date | None = None) -> None:
        """`before` is the day that is compared with, by default the same day a month before."""
        super().__init__(repository.open_build(build_files.home(), build_id), reader.scope, day)
        self.build_id, self.reader, self.before = build_id, reader, before or months_before(day, 1)
        self._goals: dict[str, dict[tuple, list[dict]]] = {}  # by place and year

    def ask(self, metric: str, by: str = "town", day: dt.date | None = None) -> list[dict]:
        """Return a metric of contract.md, by default of the day; ＊ in the cells that an export of the day would withhold."""
        day = day or self.day
        rows = self.unsuppressed(metric, by, day)
        if not self.reader.suppression_threshold:
            return [masked_count.row(self.reported(metric, row, day)) for row in rows]
        if metric not in release.family() or by not in release.OFFERED:
            raise row_access.OutOfScope
        withheld = _withheld(self.build_id, day, self.reader.suppression_threshold, *_register())
        shown_rows = release.shown_rows(Table(metric, by, day, rows), withheld, is_whole=True)
        return [masked_count.row(self.reported(metric, row, day)) for row in shown_rows]

    def reported(self, metric: str, row: dict, day: dt.date) -> dict:
        """Return a row without figures of a year, that of the day or of the goal's own day, of which nobody reported."""
        if metric == "goal_scores":
            return self._score(row)
        if not village_reports.has_figures_of_a_year(metric):
            return row
        own_day = dt.date.fromisoformat(str(row.get("as_of", day)))
        return village_reports.masked(metric, row, *self.unreported(own_day))

    def _score(self, row: dict) -> dict:
        """Return a score that leaves out indicators of which nobody reported, as it leaves out those without a figure."""
        by = "village" if "village_id" in row else "town"
        if by not in self._goals:
            self._goals[by] = defaultdict(list)
            for goal in self.unsuppressed("goals", by, self.day):
                self._goals[by][goal.get("village_id"), goal["goal_year"]].append(goal)
        of_place = self._goals[by][row.get("village_id"), row["goal_year"]]
        reported = [self.reported("goals", goal, self.day) for goal in of_place]
        if row["score"] is Shown.WITHHELD or reported == of_place:
            return row
        return row | {"score": village_reports.score(reported)}

    def unreported(self, day: dt.date) -> tuple[village_reports.Missing, int]:
        """Return the villages whose ledgers say nothing of the year of a day, by the kind of ledger, and how many villages there are."""
        return _unreported(self.build_id, self.reader, day)

    def last_reports(self, day: dt.date) -> list[dict]:
        """Return what the villages have reported: days of ledgers alone, open to every reader of a village."""
        return _keep(self.build_id, self.reader, self.day, ScopedDay.rows, ("last_reports",), as_of=day)

    def unsuppressed(self, metric: str, by: str, day: dt.date) -> list[dict]:
        """Return a metric as it is, for what decides which cells are shown."""
        return _unsuppressed(self.build_id, self.reader, metric, by, day)

    def release(self, tables: Sequence[tuple[str, str]], day: dt.date, edition: str, also: Sequence[dt.date] = ()) -> release.Release:
        """Return these tables as an edition of them would hold them now, with earlier days `also`.

        An internal edition holds what pages show this reader. A public one is of the whole town; each of its days takes half a second
        to plan. Raises OutOfScope, DayNotPublished, suppression.CannotProtect, validation.WrongSetting, ValueError.
        """
        is_public = edition == release_log.PUBLIC
        if is_public and self.reader.scope != row_access.WHOLE:
            raise row_access.OutOfScope
        if is_public and not self.is_settled(day):
            raise DayNotPublished(day=snapshots.month_end(day))
        threshold = settings.settings(build_files.home())["small_count"] if is_public else self.reader.suppression_threshold
        rows = [Table(metric, by, on, self.unsuppressed(metric, by, on)) for on in (*also, day) for metric, by in tables]
        if not is_public and not threshold:
            return _reported(release.Release(rows), self)
        planned = _planned(self.build_id, tuple(tables), day, tuple(also), threshold, *_register())
        return planned if is_public else _reported(replace(planned, tables=rows, edition=edition), self)

    def time_series(self, metric: str, names: tuple[str, ...], days: list[dt.date]) -> dict[str, list[tuple]]:
        """Return some columns of a metric on each of the days, by village."""
        if self.reader.suppression_threshold:
            raise row_access.OutOfScope
        return _time_series(self.build_id, self.reader, metric, names, tuple(days))

    def of(self, metric: str, village_id: str | None, day: dt.date | None = None) -> dict:
        """Return the one row of a metric for the town, or for a village; zeros for one that does not exist on the day."""
        if village_id is None:
            return self.ask(metric, "town", day)[0]
        rows = (row for row in self.ask(metric, "village", day) if row["village_id"] == village_id)
        return next(rows, dict.fromkeys(registry.metrics()[metric].columns, 0))

    def goal(self) -> list[dict]:
        """Return the indicators of the goal in force, by which everything is judged."""
        return goal_in_force(self.common("goals"), self.day)

    def target(self, share: str) -> float | None:
        """Return the target of a share in the goal in force; None where it is not judged by it."""
        return next((row["target"] for row in self.goal() if row["indicator"] == registry.indicator(share)), None)

    def months(self) -> list[dt.date]:
        """Return the month ends laid down in the build, up to the day, oldest first."""
        return [row["as_of"] for row in self.common("snapshot_days") if row["is_month_end"] and row["as_of"] <= self.day]

    def is_settled(self, day: dt.date) -> bool:
        """Tell whether it is a month end or the newest day: who compares any days with each other works out single children from them."""
        return (day + dt.timedelta(days=1)).day == 1 or day == newest_day(repository.open_build(build_files.home(), self.build_id))

    def on(self, day: dt.date) -> "Figures":
        """Return what the same reader may read of the same build on another day."""
        return Figures(self.build_id, self.reader, day)


@lru_cache(maxsize=KEPT)
def _unreported(build_id: str, reader: Reader, day: dt.date) -> tuple[village_reports.Missing, int]:
    figures = Figures(build_id, reader, day)
    villages = [row["village_id"] for row in figures.villages()]
    return village_reports.missing(figures.last_reports(day), villages), len(villages)


def _cached_answer(answer: Callable[..., Any], is_of_a_day: bool) -> Callable[..., Any]:
    """Return an answer of row_access as Figures gives it: refused to whose counts are withheld unless open to all, and kept."""

    @wraps(answer)
    def read(figures: Figures, *args: Any, **named: Any) -> Any:
        if figures.reader.suppression_threshold and answer not in _OPEN_TO_ALL:
            raise row_access.OutOfScope
        day = figures.day if is_of_a_day else None
        return _keep(figures.build_id, figures.reader, day, answer, args, **named)

    return read


for _answers in (ScopedDay, ScopedBuild):  # what a day narrows is the narrower one
    for _name, _method in vars(_answers).items():
        if isfunction(_method) and not _name.startswith("_") and _name not in vars(Figures):
            setattr(Figures, _name, _cached_answer(_method, _answers is ScopedDay))
