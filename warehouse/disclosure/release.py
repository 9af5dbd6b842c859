"""Tables that leave the house together: what stands in each cell, decided once for the preview, the file and the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.disclosure import receipts, release_log
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.child_cells import Table, base_of, columns, key_of, publication_of, relations
from warehouse.disclosure.suppression import Cell, Plan, Publication, plan
from warehouse.metrics import drilldown, query, registry

Asking = Callable[[str, str, dt.date], list[dict]]
# Villages by class are not offered: hardly a cell of them holds three children, and each would take figures of a village or
# class with it. Reasons are by class anyway, so they are released for the town alone.
OFFERED = ("town", "village", "class")
_OF_DAYS = "goals"  # its rows name their own days


@dataclass(frozen=True)
class Release:
    """Tables, their cells, and which of these are withheld."""

    tables: list[Table]
    publication: Publication
    plan: Plan

    def rows(self, table: Table) -> list[dict]:
        """A table as it leaves: numbers and texts, or Shown where there is none."""
        return shown_rows(table, self.plan.withheld)


def plan_release(
    ask: Asking, wanted: Sequence[tuple[str, str]], day: dt.date, home: Path, threshold: int, also: Sequence[dt.date] = ()
) -> Release:
    """Gather tables, (metric, group) each, and decide what is withheld in the light of all earlier editions.

    `also` are days before it that the same tables are told of, oldest first, as a chart over time shows them.

    Decided day by day, as if all figures for all groups offered left with them, so that the same cells of a day are withheld
    whatever is chosen beside them. Raises withholding.CannotProtect, and ValueError where the register is damaged.
    """
    if not wanted:
        return Release([], publication_of([]), Plan())
    own = [Table(metric, by, on, ask(metric, by, on)) for on in (*also, day) for metric, by in wanted]
    earlier = release_log.editions(home)
    cells = publication_of(own).cells
    days = {key[3] for key in cells} | {str(on) for on in (*also, day)}
    if any(query.is_on_goal_days(metric) for metric, _by in wanted):  # a score has no cells but gives its one withheld goal back
        days |= {str(row["as_of"]) for row in ask(_OF_DAYS, "town", day)}
    names = {*_family(wanted, days), *release_log.tables(earlier, days)} - set(_names(own))
    beside = [Table(metric, by, told, ask(metric, by, told)) for metric, by, told in _dated(names)]
    publication = publication_of(sorted([*own, *beside], key=lambda table: (table.metric, table.by)))
    known = release_log.before(earlier, publication.cells)
    in_turn = cells if also else {}
    return Release(own, publication, _together(_planned_in_turn(publication, sorted(days), threshold, known, in_turn)))


def _planned_in_turn(
    publication: Publication, days: Sequence[str], threshold: int, known: release_log.Before, cells: Mapping[Any, Cell]
) -> list[Plan]:
    """The plan of each day; of `cells`, told of one day after another, a reader guesses that they are what they were the day before.

    What a day would withhold by itself it withholds here too: beside a file of that day alone this one tells nothing more of it.
    """
    plans, last = [], dict[tuple, int]()
    for day in days:
        of_day = _of_day(publication, day)
        alone = _planned(of_day, threshold, known)
        alike = frozenset(key for key, cell in of_day.cells.items() if cell.value and last.get(key[:3]) == cell.value)
        guessing = replace(known, guessed=(known.guessed | alike) - known.known)
        plans.append(_together([alone, _planned(of_day, threshold, guessing)]) if alike else alone)
        last |= {
            key[:3]: cell.value for key, cell in cells.items() if key[3] == day and cell.is_published and key not in plans[-1].withheld
        }
    return plans


def _of_day(publication: Publication, day: str) -> Publication:
    """The cells of one day, in an order that does not tell which tables were chosen; no relation joins two days."""
    cells = {key: cell for key, cell in sorted(publication.cells.items()) if key[3] == day}
    return Publication(cells, tuple(relation for relation in publication.relations if relation.terms[0][0] in cells))


def _planned(publication: Publication, threshold: int, known: release_log.Before) -> Plan:
    """The plan of one day's cells, which is the same whatever tables were chosen, so that it is worked out once."""
    sets = [part.intersection(publication.cells) for part in (known.known, known.held, known.guarded, known.guessed)]
    return _plan_of(tuple(publication.cells.items()), publication.relations, threshold, *sets)


@lru_cache(maxsize=128)  # by what decides it and nothing else: linear programmes take nine tenths of an export's time
def _plan_of(cells: tuple, relations: tuple, threshold: int, *known: frozenset) -> Plan:
    """A plan, kept."""
    return plan(Publication(dict(cells), relations), threshold, *known)


def _together(plans: Sequence[Plan]) -> Plan:
    """The plans of several days as one."""
    parts = ("small", "complement", "out", "loose", "guarded")
    return Plan(**{part: frozenset().union(*(getattr(one, part) for one in plans)) for part in parts})


def _family(wanted: Sequence[tuple[str, str]], days: Collection[str]) -> list[tuple[str, str, str]]:
    """The tables that are reckoned with beside those wanted: every figure of children, for every group that is offered, on all days."""
    groups = dict.fromkeys((*OFFERED, *(by for _metric, by in wanted)))
    found = [(metric, by) for metric in family() for by in groups if by in registry.metrics()[metric].groups]
    limited = [(metric, by) for metric in _counting_children() if metric not in family() for by in offered(metric)]
    return [(metric, by, day) for metric, by in (*found, *limited) for day in days]


def _dated(names: Collection[tuple[str, str, str]]) -> list[tuple[str, str, dt.date]]:
    """Tables with their days; without goals, each of whose figures stands in the family of its day too."""
    return sorted((metric, by, dt.date.fromisoformat(day)) for metric, by, day in names if not query.is_on_goal_days(metric))


def _names(tables: Sequence[Table]) -> list[tuple[str, str, str]]:
    """(metric, group, day) as the register writes them; goals once for each of their days."""
    return [
        (table.metric, table.by, day)
        for table in tables
        for day in sorted({str(row["as_of"]) for row in table.rows} if table.metric == _OF_DAYS else {str(table.as_of)})
    ]


def offered(metric: str) -> tuple[str, ...]:
    """Return the groups that a metric may be released by."""
    entry = registry.metrics()[metric]
    own = entry.export.groups if entry.export else ()
    return own or tuple(by for by in OFFERED if by in entry.groups)


def _counting_children() -> list[str]:
    """The exported metrics whose columns count children."""
    return [name for name in registry.exported() if registry.metrics()[name].listed("children")]


def family() -> list[str]:
    """Return the metrics whose cells are decided together: those that count children and are released by every group offered."""
    return [name for name in _counting_children() if set(offered(name)) == {*OFFERED} & {*registry.metrics()[name].groups}]


def register_release(
    ask: Asking,
    wanted: Sequence[tuple[str, str]],
    order: receipts.Order,
    home: Path,
    threshold: int,
    written: Callable[[Release, receipts.Receipt], bytes],
    record: Callable[[Mapping[str, str]], object],
    also: Sequence[dt.date] = (),
) -> tuple[bytes, receipts.Receipt]:
    """The bytes of an edition with its receipt: planned anew under the register's lock, recorded, entered in the register, and
    only then given out.

    `wanted` may be empty for a file without figures, `also` as in `leave`. `record` gets what left (tables, as_of, build, form, filters, no, sha256); when it
    raises, nothing is given out. Raises withholding.CannotProtect and editions.RegisterBusy besides.
    """
    with release_log.writing(home):
        made = plan_release(ask, wanted, order.as_of, home, threshold, also)
        receipt = receipts.issue(home, order)
        content = written(made, receipt)
        receipt = receipts.sealed(receipt, content)
        tables = " ".join(f"{metric}.{by}" for metric, by in wanted)
        since = {"since": str(also[0])} if also else {}
        about = {"tables": tables, **since, "as_of": receipt.as_of, "build": receipt.build, "form": receipt.form}
        record(about | receipt.filters | {"no": receipt.no, "sha256": receipt.sha256})
        release_log.remember(home, asdict(receipt), _names(made.tables), publication_of(made.tables).cells, made.plan)
    return content, receipt


def changed(ask: Asking, edition: Mapping[str, Any]) -> int:
    """How many counts of children that an edition told are others by now. `ask` reads the build in force."""
    names = {
        (metric, by, dt.date.fromisoformat(edition["receipt"]["as_of"] if query.is_on_goal_days(metric) else day))
        for metric, by, day in edition["tables"]
    }
    now = publication_of([Table(metric, by, day, ask(metric, by, day)) for metric, by, day in sorted(names)]).cells
    told = {tuple(key): value for *key, value in edition["cells"] if value is not None}
    return sum(key not in now or now[key].value != value for key, value in told.items())


def shown_rows(table: Table, withheld: frozenset, is_whole: bool = False) -> list[dict]:
    """Rows with Shown in place of what is not to be told; `is_whole` keeps the columns that never leave, withheld."""
    names = dict.fromkeys((*registry.GROUPS[table.by], *(registry.metrics()[table.metric].columns if is_whole else columns(table.metric))))
    return [{name: _shown(table, row, name, withheld) for name in names if name in row} for row in table.rows]


def _shown(table: Table, row: dict, name: str, withheld: frozenset) -> Any:
    """What stands in one cell."""
    cannot = relations()["not_applicable"]
    if name in cannot["columns"] and row.get("class_no") in cannot["classes"]:
        return Shown.NOT_APPLICABLE
    if name in registry.metrics()[table.metric].listed("unpublished") or any(key in withheld for key in _rests_on(table, row, name)):
        return Shown.WITHHELD
    if name == "score":
        return row[name] if row[name] is None or _is_open(row, withheld) else Shown.WITHHELD
    return Shown.NO_DATA if row[name] is None else row[name]


def _rests_on(table: Table, row: dict, name: str) -> list:
    """The cells that a cell gives away: itself, what it follows, the two parts of a share."""
    told = drilldown.share_parts().get(name)
    parts = list(told[1:]) if told and told[0] == table.metric else ["numerator", "denominator"] if name in ("actual", "status") else [name]
    return [key for part in parts for key in (key_of(table, row, part), base_of(table, row, part))]


def _is_open(row: dict, withheld: frozenset) -> bool:
    """Whether nothing that a score of goals is made of is withheld."""
    return not any(
        village_id == row.get("village_id", "") and day.startswith(str(row["goal_year"])) for _n, village_id, _c, day in withheld
    )
