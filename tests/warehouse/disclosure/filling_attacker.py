"""A reader with patience: tries every whole-number filling of what is withheld that agrees with all that is shown."""

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from warehouse.disclosure.disclosure_risk import Cell, Relation, System, _moved
from warehouse.disclosure.suppression import Publication


def table(values: dict[tuple[str, str], int], total_weight: float = 100.0) -> Publication:
    """A table of rows and columns with its sums: the cell (row, column), sums under ""."""
    rows, columns = sorted({row for row, _c in values}), sorted({column for _r, column in values})
    whole = dict(values)
    relations = []
    for row in rows:
        whole[row, ""] = sum(values[row, column] for column in columns)
        relations.append(_sum((row, ""), [(row, column) for column in columns]))
    for column in [*columns, ""]:
        whole["", column] = sum(whole[row, column] for row in rows)
        relations.append(_sum(("", column), [(row, column) for row in rows]))
    cells = {key: Cell(value, weight=1.0 if "" not in key else total_weight) for key, value in whole.items()}
    return Publication(cells, tuple(relations))


def column(values: dict[str, int]) -> Publication:
    """Villages and their total under ""."""
    cells = {(name,): Cell(value) for name, value in values.items()}
    cells[("",)] = Cell(sum(values.values()), weight=1000.0)
    return Publication(cells, (_sum(("",), [(name,) for name in values]),))


def shares(values: dict[str, tuple[int, int]]) -> Publication:
    """Villages with a part, the whole and the rest that no table shows; totals under ""."""
    cells, relations = {}, []
    told = {**values, "": tuple(sum(pair[at] for pair in values.values()) for at in (0, 1))}
    for name, (part, whole) in told.items():
        weight = 1.0 if name else 1000.0
        cells |= {("part", name): Cell(part, weight=weight), ("whole", name): Cell(whole, weight=3 * weight)}
        cells["rest", name] = Cell(whole - part, is_published=False)
        relations.append(_sum(("whole", name), [("part", name), ("rest", name)]))
    relations += [_sum((kind, ""), [(kind, name) for name in values]) for kind in ("part", "whole")]
    return Publication(cells, tuple(relations))


def _sum(whole: tuple, parts: list[tuple]) -> Relation:
    """Whole = parts."""
    return Relation(((whole, 1), *((part, -1) for part in parts)))


def fillings(publication: Publication, shown: dict, most: int) -> Iterator[dict]:
    """Every filling with cells up to `most`: those of `shown` as told, other published ones 1 or more, the rest 0 or more."""
    unknown = [key for key in publication.cells if key not in shown]
    yield from _filled(publication, dict(shown), unknown, most)


def _filled(publication: Publication, known: dict, unknown: list, most: int) -> Iterator[dict]:
    """Fill the next cell; a relation with one unknown fills it by itself."""
    known = dict(known)
    moved = True
    while moved:
        moved = False
        for relation in publication.relations:
            lacking = [(key, c) for key, c in relation.terms if key not in known]
            left = sum(c * known[key] for key, c in relation.terms if key in known)
            if not lacking and (left != 0 if relation.is_equal else left < 0):
                return
            if len(lacking) == 1 and relation.is_equal:
                key, c = lacking[0]
                value, over = divmod(-left, c)
                if over or not _least(publication, key) <= value <= most:
                    return
                known[key], moved = value, True
    left = [key for key in unknown if key not in known]
    if not left:
        yield known
        return
    for value in range(_least(publication, left[0]), most + 1):
        yield from _filled(publication, known | {left[0]: value}, left, most)


def _least(publication: Publication, key: tuple) -> int:
    """A withheld figure of a table is not 0, because zeros are shown."""
    return 1 if publication.cells[key].is_published else 0


def told(publication: Publication, withheld) -> dict:
    """What a publication shows."""
    return {key: cell.value for key, cell in publication.cells.items() if cell.is_published and key not in withheld}


def reach(publication: Publication, shown: dict, most: int = 30) -> dict[tuple, tuple[int, int]]:
    """(least, greatest) of every cell over all fillings."""
    found: dict[tuple, tuple[int, int]] = {}
    for filling in fillings(publication, shown, most):
        for key, value in filling.items():
            low, high = found.get(key, (value, value))
            found[key] = min(low, value), max(high, value)
    return found


def given_away(publication: Publication, shown: dict, threshold: int = 3) -> list[tuple]:
    """Small counts that are shown, can be told exactly, or are known to be small."""
    small = [key for key, cell in publication.cells.items() if 0 < cell.value < threshold]
    seen = reach(publication, shown)
    return [key for key in small if key in shown or seen[key][1] < threshold or seen[key][0] == seen[key][1]]


def intervals(publication: Publication, withheld: Collection[Any], keys: Collection[Any]) -> dict[Any, tuple[int, int | None]]:
    """(least, greatest) of some cells, None for no end: what a reader with a solver learns who sees all published cells but the withheld."""
    visible = {key for key, cell in publication.cells.items() if cell.is_published and key not in withheld}
    system = System(publication.cells, publication.relations, visible)
    return {key: bounds(system, key) for key in keys}


def never_higher(system: System, keys: Collection[Any], lift: int) -> list[Any]:
    """The cells that no filling makes higher by `lift`: fillings that raise all that are left at once, then each of the rest by itself."""
    left = [key for key in sorted(keys) if key in system.at]
    is_found = True
    while left and is_found:
        at, price, most = [system.at[key] for key in left], np.zeros(len(system.free)), system._most()
        price[at], most[1, at] = -1, lift
        moved = system._solved([price, price, -price], np.zeros_like(most), most, (False, True)) or {}
        is_found = any(moved.get(key, 0) >= lift for key in left)
        left = [key for key in left if moved.get(key, 0) < lift]
    ends = {key: _end(system, key, -1) for key in sorted({*keys} - system.at.keys()) + left}
    return [key for key, high in ends.items() if high is not None and high < system.cells[key].value + lift]


def bounds(system: System, key: Any) -> tuple[int, int | None]:
    """(least, greatest) value that a cell could have, None for any."""
    return _end(system, key, 1) or 0, _end(system, key, -1)


def _end(system: System, key: Any, sign: int) -> int | None:
    """The least (sign 1) or greatest (-1) value that a cell could have, None without end."""
    if key not in system.at:
        return system.cells[key].value
    price, most = np.zeros(len(system.free)), system._most()
    price[system.at[key]] = sign
    solution = system._model.solution(np.concatenate([price, price, -price]), np.zeros(most.size), most.ravel(), True)
    return None if solution is None else system.cells[key].value + round(_moved(solution)[system.at[key]])
