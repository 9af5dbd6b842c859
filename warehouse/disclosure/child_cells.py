"""How the figures that count children hang together (child_cells.toml): a cell is (name, village_id, class_no, day), one in all tables."""

import datetime as dt
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.disclosure.disclosure_risk import Cell, Relation
from warehouse.disclosure.suppression import Publication
from warehouse.metrics import registry
from warehouse.settings import validation

Key = tuple[str, str, int, str]
OTHERS = "others"  # all villages that a publication does not name
_FILE = Path(__file__).with_name("child_cells.toml")
_WEIGHTS = {"town": 1000.0, "class": 20.0, "village": 1.0, "village_class": 1.0}
_HEADLINE = 100.0  # of a village's part of a share that leaders go by


@dataclass(frozen=True)
class Table:
    """An answer of query.ask that is released."""

    metric: str
    by: str
    as_of: dt.date
    rows: list[dict[str, Any]]


@cache
def relations() -> dict[str, Any]:
    """Return the relations between cells, as child_cells.toml lists them."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def columns(metric: str) -> list[str]:
    """Return the columns of a metric that may be released."""
    entry = registry.metrics()[metric]
    return [name for name in entry.columns if name not in entry.listed("unpublished")]


def key_of(table: Table, row: dict[str, Any], column: str) -> Key | None:
    """Return the cell of a column of a row; None for what counts no children."""
    metric = table.metric
    if "indicator" in row and column in ("numerator", "denominator"):
        share = registry.shares()[row["indicator"]]
        metric, column = share.metric, getattr(share, column)
    name = registry.metrics()[metric].cell(column)
    if name is None:
        return None
    if name == "reason":
        name = f"{row['state']}.{row['reason']}"
    return name, row.get("village_id", ""), row.get("class_no", 0), str(row.get("as_of", table.as_of))


def base_of(table: Table, row: dict[str, Any], column: str) -> Key | None:
    """Return the cell with the number of children that a sum is over; None for a count."""
    key = key_of(table, row, column)
    name = _sums().get(key[0]) if key else None
    return (name, *key[1:]) if key and name else None


@cache
def _sums() -> dict[str, str]:
    """The cell that each sum over children follows, by the sum's name."""
    figures = (figure for metric in registry.metrics().values() for figure in metric.figures.values())
    return {figure.name: figure.sum_over for figure in figures if figure.sum_over}


@cache
def headline() -> frozenset[str]:
    """Return the cells that headline shares and those with a goal or target rest on."""
    shares = [share for code, share in registry.shares().items() if share.headline or share.target or code in validation.indicators()]
    names = {registry.metrics()[share.metric].cell(part) or "" for share in shares for part in share.parts}
    return frozenset(_sums().get(name, name) for name in names)


def publication_of(tables: Sequence[Table], town_threshold: int = 0) -> Publication:
    """All cells of the tables, published or worked out, and the relations between them.

    The town's own row is always shown (`fixed`), unless counts of it below `town_threshold` are to be withheld.
    """
    cells: dict[Key, Cell] = {}
    places = ((table, row, column) for table in tables for row in table.rows for column in columns(table.metric))
    for table, row, column in places:
        key = key_of(table, row, column)
        if key and isinstance(row[column], int):
            is_sum = base_of(table, row, column) is not None
            cells[key] = Cell(row[column], is_guarded=not is_sum, weight=_weight(key), column=(key[0], _group(key), key[3]))
    relations = [relation for place in sorted({key[1:] for key in cells}) for relation in _within_place(cells, place)]
    relations += [*_over_reasons(cells), *_over_villages(cells), *_over_classes(cells)]
    town = [key for key in cells if _group(key) == "town"]
    cells |= {key: replace(cells[key], is_guarded=cells[key].is_guarded and cells[key].value < town_threshold) for key in town}
    return Publication(cells, tuple(relations), frozenset(() if town_threshold else town))


def _group(key: Key) -> str:
    _name, village_id, class_no, _day = key
    return ("village_class" if class_no else "village") if village_id else "class" if class_no else "town"


def _weight(key: Key) -> float:
    """What it costs to withhold a cell: most in the town's row, much in a village's headline figures."""
    group = _group(key)
    return _HEADLINE if group == "village" and key[0] in headline() else _WEIGHTS[group]


def _within_place(cells: dict[Key, Cell], place: tuple[str, int, str]) -> Iterator[Relation]:
    """Sums and bounds of one place, class and day; adds the rests that can be worked out."""
    listed = relations()
    waiting = [[(name, *place) for name in names] for names in listed["sums"]]
    while True:
        ready = [keys for keys in waiting if sum(key not in cells for key in keys) <= 1]
        if not ready:
            break
        waiting = [keys for keys in waiting if keys not in ready]
        yield from (relation for keys in ready for relation in _sum(cells, keys[0], keys[1:]))
    for more, less in listed["bounds"]:
        yield from _bound(cells, [(name, *place) for name in more], [(name, *place) for name in less])


def _sum(cells: dict[Key, Cell], whole: Key, parts: Iterable[Key]) -> Iterator[Relation]:
    """Whole = sum of parts, where it holds; the one that is not known is worked out."""
    terms = [(whole, 1), *((part, -1) for part in parts)]
    lacking = [(key, sign) for key, sign in terms if key not in cells]
    rest = sum(sign * cells[key].value for key, sign in terms if key in cells)
    if len(lacking) == 1 and -rest * lacking[0][1] >= 0:
        cells[lacking[0][0]] = Cell(-rest * lacking[0][1], is_published=False)
    elif lacking or rest:
        return  # two unknown, or figures that contradict each other: nothing a reader could rest on
    yield Relation(tuple(terms))


def _bound(cells: dict[Key, Cell], more: list[Key], less: list[Key]) -> Iterator[Relation]:
    """Sum of `more` >= sum of `less`, where all are known and it holds."""
    terms = [*((key, 1) for key in more), *((key, -1) for key in less)]
    if all(key in cells for key, _sign in terms) and sum(sign * cells[key].value for key, sign in terms) >= 0:
        yield Relation(tuple(terms), is_equal=False)


def _by_whole(cells: Iterable[Key], whole_of: Callable[[Key], Key | None]) -> dict[Key, list[Key]]:
    """Cells in order under the cell that they are parts of; what is part of none is left out."""
    parts: dict[Key, list[Key]] = {}
    for key in sorted(cells):
        if (whole := whole_of(key)) is not None:
            parts.setdefault(whole, []).append(key)
    return parts


def _over_reasons(cells: dict[Key, Cell]) -> Iterator[Relation]:
    """All reasons of a state make up the state."""
    by_state = _by_whole(cells, lambda key: (key[0].partition(".")[0], *key[1:]) if "." in key[0] else None)
    for state, reasons in by_state.items():
        if state in cells:
            yield from _sum(cells, state, reasons)


def _over_villages(cells: dict[Key, Cell]) -> Iterator[Relation]:
    """Villages make up the town, class by class; villages not named are one cell together."""
    for whole, parts in _by_whole(cells, lambda key: (key[0], "", *key[2:]) if key[1] else None).items():
        if whole not in cells:
            continue
        left = cells[whole].value - sum(cells[part].value for part in parts)
        others = (whole[0], OTHERS, *whole[2:])
        if left > 0:
            cells[others] = Cell(left, is_published=False)
        yield from _sum(cells, whole, [*parts, others] if left > 0 else parts)


def _over_classes(cells: dict[Key, Cell]) -> Iterator[Relation]:
    """Each class is at most all children, all classes together are at least all children."""
    listed = relations()
    for whole, parts in _by_whole(cells, lambda key: (*key[:2], 0, key[3]) if key[2] else None).items():
        if whole[0] in listed["within"]:
            for part in parts:
                yield from _bound(cells, [whole], [part])
        if whole[0] in listed["together"] and len(parts) == 6:
            yield from _bound(cells, parts, [whole])
