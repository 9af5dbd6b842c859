"""Tables that are exported together: what each cell shows, decided once for the preview, the file and the register.

The way of a public edition: `request` says which tables a plan needs, `plan_release` decides on their rows. Of an internal edition
nothing is planned: it is a Release of the rows as they are. `open_edition` holds the register while a file is written and lets nothing
go that was not recorded and registered.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.audit import trail
from warehouse.disclosure import release_log
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.child_cells import Table, base_of, columns, headline, key_of, publication_of, relations
from warehouse.disclosure.disclosure_risk import Cell
from warehouse.disclosure.suppression import Before, Plan, Publication, plan
from warehouse.metrics import query, registry

Name = tuple[str, str, dt.date]  # of a table: metric, group, day
Ask = Callable[[str, str, dt.date], list[dict[str, Any]]]
# Villages by class are not offered: hardly a cell of them holds three children, and each would take figures of a village or
# class with it. Reasons are by class anyway, so they are released for the town alone.
OFFERED = ("town", "village", "class")
_OF_DAYS = "goals"  # its rows name their own days
_ROW_NAMES = ("village_id", "class_no", "state", "reason", "goal_year", "indicator", "as_of")  # what tells rows apart
_UNCOMPARED = (Shown.WITHHELD.value, Shown.NOT_APPLICABLE.value, Shown.NOT_REPORTED.value)


@dataclass(frozen=True)
class Release:
    """Tables, their cells, and which of these are withheld; without a plan none is, and the edition is internal.

    `threshold` is the count below which figures are withheld (0: none is), `register` the state of the register that the plan knows,
    `entry` what a publication enters there.
    """

    tables: list[Table]
    publication: Publication = field(default_factory=lambda: Publication({}))
    plan: Plan | None = None
    register: str = ""
    entry: Mapping[str, Any] = field(default_factory=dict)
    edition: str = release_log.INTERNAL
    threshold: int = 0
    _rows: dict[Name, list[dict[str, Any]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the rows once: a release is kept, and its file is written from them."""
        is_whole = self.edition == release_log.INTERNAL
        self._rows.update((_name(table), shown_rows(table, self.withheld, is_whole)) for table in self.tables)

    @property
    def withheld(self) -> frozenset[Any] | None:
        """The cells that are withheld; None: there is no plan, all is shown as it is."""
        return self.plan.withheld if self.plan else None

    def replace_rows(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Take other rows of a table: without what nobody reported."""
        self._rows[_name(table)] = rows

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Return a table as it is exported: numbers and texts, or Shown where there is none."""
        return self._rows[_name(table)]


@dataclass(frozen=True)
class Request:
    """The tables asked for, and those to be planned beside them in the light of all earlier editions."""

    wanted: tuple[Name, ...]
    beside: tuple[Name, ...]
    days: tuple[str, ...]
    is_series: bool  # one day after another, as a chart over time shows them
    earlier: release_log.Earlier = field(repr=False)
    register: str = ""

    @property
    def tables(self) -> tuple[Name, ...]:
        """All tables whose rows the plan rests on."""
        return self.wanted + self.beside


def request(
    wanted: Sequence[tuple[str, str]], day: dt.date, home: Path, also: Sequence[dt.date] = (), goals: Sequence[Mapping[str, Any]] = ()
) -> Request:
    """Return what a plan for tables, (metric, group) each, has to know.

    `also` are earlier days of the same tables, oldest first, as a chart over time shows them. `goals` are the rows of the town's
    goals, needed where `wanted` holds a metric of query.is_on_goal_days: a score has no cells but gives its one withheld goal back.
    """
    if not wanted:
        return Request((), (), (), False, release_log.Earlier(), release_log.state(home))
    register, earlier = release_log.state(home), release_log.earlier(home)
    days = {str(on) for on in (*also, day)} | {str(row["as_of"]) for row in goals}
    asked_for = tuple((metric, by, on) for on in (*also, day) for metric, by in wanted)
    # Without goals, each of whose figures is in the family of its day too.
    published = (table for table in earlier.tables if table[2] in days)
    names = {name for name in (*_family(wanted, days), *published) if not query.is_on_goal_days(name[0])}
    dated = sorted((metric, by, dt.date.fromisoformat(on)) for metric, by, on in names)
    beside = tuple(name for name in dated if name not in asked_for)
    return Request(asked_for, beside, tuple(sorted(days)), bool(also), earlier, register)


def plan_release(request: Request, rows: Mapping[Name, list[dict[str, Any]]], threshold: int, town_threshold: int = 0) -> Release:
    """Decide what is withheld from the rows of `request.tables`.

    Decided day by day, as if all figures for all groups offered were exported with them, so that the same cells of a day are
    withheld whatever is chosen beside them. Raises suppression.CannotProtect.
    """
    tables, beside = ([Table(*name, rows[name]) for name in names] for names in (request.wanted, request.beside))
    publication = publication_of(sorted([*tables, *beside], key=lambda table: (table.metric, table.by)), town_threshold)
    cells = publication_of(tables).cells
    before = release_log.before(request.earlier, publication.cells)
    whole = Plan()
    is_fixed = publication.fixed.issuperset(key for key, cell in cells.items() if cell.is_published)
    if not is_fixed or {by for _metric, by, _day in request.wanted} != {"town"} or publication.fixed & before.held:
        plans = _planned_in_turn(publication, request.days, threshold, before, cells if request.is_series else {})
        parts = ("small", "complement", "already_published", "guessable", "guarded")
        whole = Plan(**{part: frozenset().union(*(getattr(plan, part) for plan in plans)) for part in parts})
    lines = [[*key, None if key in whole.withheld else cell.value] for key, cell in sorted(cells.items()) if cell.is_published]
    entry = {"cells": lines, "guarded": sorted(whole.guarded)}
    return Release(tables, publication, whole, request.register, entry, release_log.PUBLIC, threshold)


def _planned_in_turn(
    publication: Publication, days: Sequence[str], threshold: int, before: Before, cells: Mapping[Any, Cell]
) -> list[Plan]:
    """Return the plan of each day; of `cells`, shown one day after another, a reader guesses that they are what they were the day before.

    What a day would withhold by itself it withholds here too (suppression.plan): beside a file of that day alone this one says
    nothing more of it.
    """
    plans, last = [], dict[tuple[Any, ...], int]()
    for day in days:
        of_day = _of_day(publication, day)
        alike = frozenset(key for key, cell in of_day.cells.items() if cell.value and last.get(key[:3]) == cell.value)
        seen = before._replace(guessed=(before.guessed | alike) - before.disclosed)
        of_cells = Before(*(part.intersection(of_day.cells) for part in seen))  # so that it is worked out once, whatever tables were chosen
        plans.append(_plan_of(tuple(of_day.cells.items()), of_day.relations, of_day.fixed, threshold, of_cells))
        last |= {
            key[:3]: cell.value for key, cell in cells.items() if key[3] == day and cell.is_published and key not in plans[-1].withheld
        }
    return plans


def _of_day(publication: Publication, day: str) -> Publication:
    """Return the cells of one day, in an order that does not show which tables were chosen; no relation joins two days."""
    cells = {key: cell for key, cell in sorted(publication.cells.items()) if key[3] == day}
    relations = tuple(relation for relation in publication.relations if relation.terms[0][0] in cells)
    return Publication(cells, relations, publication.fixed.intersection(cells))


@lru_cache(maxsize=128)  # by what decides it and nothing else: linear programmes take nine tenths of an export's time
def _plan_of(cells: tuple[Any, ...], relations: tuple[Any, ...], fixed: frozenset[Any], threshold: int, before: Before) -> Plan:
    return plan(Publication(dict(cells), relations, fixed), threshold, before)


def _family(wanted: Sequence[tuple[str, str]], days: Collection[str]) -> list[tuple[str, str, str]]:
    """Return the tables that are planned beside those wanted: every figure of children, for every group offered, on all days."""
    groups = dict.fromkeys((*OFFERED, *(by for _metric, by in wanted)))
    names = [(metric, by) for metric in family() for by in groups if by in registry.metrics()[metric].groups]
    names += [(metric, by) for metric in _counting_children() if metric not in family() for by in offered(metric)]
    return [(metric, by, day) for metric, by in names for day in days]


def _name(table: Table) -> Name:
    return table.metric, table.by, table.as_of


def offered(metric: str) -> tuple[str, ...]:
    """Return the groups that a metric may be released by."""
    entry = registry.metrics()[metric]
    groups = entry.export.groups if entry.export else ()
    return groups or tuple(by for by in OFFERED if by in entry.groups)


def _counting_children() -> list[str]:
    return [name for name in registry.exported() if registry.metrics()[name].listed("children")]


def family() -> list[str]:
    """Return the metrics whose cells are decided together: those that count children and are released by every group offered."""
    return [name for name in _counting_children() if set(offered(name)) == {*OFFERED} & {*registry.metrics()[name].groups}]


class Unregistered(RuntimeError):
    """A file was about to be given out that the register does not know, or that was planned before another edition."""


class Edition:
    """One export in the making, while the register is held: the number it bears, and the one way to finish it."""

    def __init__(self, home: Path, order: release_log.Order) -> None:
        self.home, self.order, self.receipt, self.is_registered = home, order, release_log.issue(home, order), False

    def register(self, release: Release, content: bytes, recorder: trail.Recorder) -> release_log.Receipt:
        """Record the finished file in the audit trail, then enter it in the register; return its receipt with the hash.

        Raises trail.NotRecorded, and then nothing is registered; Unregistered where the release is of another edition than the order,
        or its plan does not know the newest publication.
        """
        is_public = release.edition == release_log.PUBLIC
        if release.edition != self.order.edition or (is_public and release.register != release_log.state(self.home)):
            raise Unregistered
        self.receipt = self.receipt.sealed(content)
        days = sorted({str(table.as_of) for table in release.tables})
        receipt = self.receipt
        about = {"tables": " ".join(dict.fromkeys(f"{table.metric}.{table.by}" for table in release.tables))}
        about |= {"since": days[0]} if len(days) > 1 else {}
        about |= {"as_of": receipt.as_of, "build": receipt.build, "form": receipt.form, "edition": receipt.edition}
        recorder(self.home, "export", about | receipt.filters | {"no": receipt.no, "sha256": receipt.sha256})
        names = [
            (table.metric, table.by, on)
            for table in release.tables
            for on in ({str(row["as_of"]) for row in table.rows} if table.metric == _OF_DAYS else {str(table.as_of)})
        ]
        entry = {"tables": sorted(names), "figures": _figures(release, self.order.place)}
        release_log.append(self.home, receipt, entry | (dict(release.entry) if is_public else {}))
        self.is_registered = True
        return receipt


@contextmanager
def open_edition(home: Path, order: release_log.Order) -> Iterator[Edition]:
    """Hold the register while one file is planned, written and registered; the block cannot be left without that (Unregistered)."""
    with release_log.writing(home):
        edition = Edition(home, order)
        yield edition
        if not edition.is_registered:
            raise Unregistered


def _figures(release: Release, place: str | None) -> list[list[Any]]:
    """Return each table as the file shows it: metric, group, day, the names of its columns, its rows; of a `place` alone what is of it."""
    lines = []
    for table in release.tables:
        rows = [row for row in release.rows(table) if place is None or row.get("village_id", place if table.by == "town" else "") == place]
        if rows:
            lines.append([table.metric, table.by, str(table.as_of), list(rows[0]), [list(map(_kept, row.values())) for row in rows]])
    return lines


def _kept(value: Any) -> Any:
    """Return a cell as the register holds it: a number or a text; nothing where there is no figure."""
    if isinstance(value, Shown):
        return None if value is Shown.NO_DATA else value.value
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def changed(ask: Ask, edition: Mapping[str, Any]) -> int:
    """Return how many figures that an edition shows are others by now. `ask` reads the published build."""
    return sum(_moved(ask, *table) for table in edition["figures"])


def _moved(ask: Ask, metric: str, by: str, day: str, names: list[str], rows: list[list[Any]]) -> int:
    """Return how many figures of a registered table are others now; what was withheld or could not be is not compared."""
    titles = [at for at, name in enumerate(names) if name in _ROW_NAMES]
    today = [[_kept(row.get(name)) for name in names] for row in ask(metric, by, dt.date.fromisoformat(day))]
    now = {tuple(row[at] for at in titles): row for row in today}
    nothing = ["gone"] * len(names)
    pairs = [
        (row[at], now.get(tuple(row[at] for at in titles), nothing)[at]) for row in rows for at in range(len(names)) if at not in titles
    ]
    return sum(was != is_now and was not in _UNCOMPARED for was, is_now in pairs)


def shown_rows(table: Table, withheld: frozenset[Any] | None, is_whole: bool = False) -> list[dict[str, Any]]:
    """Return rows with Shown in place of what is not shown.

    `withheld` None withholds nothing; `is_whole` keeps the columns that are never published.
    """
    names = dict.fromkeys((*registry.GROUPS[table.by], *(registry.metrics()[table.metric].columns if is_whole else columns(table.metric))))
    return [{name: _cell_shown(table, row, name, withheld) for name in names if name in row} for row in table.rows]


def _cell_shown(table: Table, row: dict[str, Any], name: str, withheld: frozenset[Any] | None) -> Any:
    cannot = relations()["not_applicable"]
    if name in cannot["columns"] and row.get("class_no") in cannot["classes"]:
        return Shown.NOT_APPLICABLE
    if withheld is None or (name == "score" and row[name] is None):
        return Shown.NO_DATA if row[name] is None else row[name]
    if name in registry.metrics()[table.metric].listed("unpublished") or any(key in withheld for key in _rests_on(table, row, name)):
        return Shown.WITHHELD
    place, year = (row.get("village_id", ""), 0), str(row.get("goal_year"))
    if name == "score" and any(part in headline() and tuple(key) == place and day.startswith(year) for part, *key, day in withheld):
        return Shown.WITHHELD  # something that a score of goals is made of
    return Shown.NO_DATA if row[name] is None else row[name]


def _rests_on(table: Table, row: dict[str, Any], name: str) -> list[Any]:
    """Return the cells that a cell gives away: itself, what it follows, the two parts of a share."""
    share = registry.shares().get(name)
    parts: tuple[str, ...] = ("numerator", "denominator") if name in ("actual", "status") else (name,)
    if share and share.metric == table.metric:
        parts = share.parts
    if len(parts) > 1 and row[parts[1]] == 0:
        parts = parts[1:]  # of nothing there is no share, whatever is withheld of its numerator
    return [key for part in parts for key in (key_of(table, row, part), base_of(table, row, part))]
