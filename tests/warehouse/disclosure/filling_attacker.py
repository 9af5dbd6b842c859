"""A reader with patience: tries every whole-number filling of what is withheld that agrees with all that is shown."""

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from warehouse.disclosure.disclosure_risk import Cell, Relation, System
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
    cells = {key: Cell(value, weight=1.0 if "" not in key else total_weight, column=(key[0] == "", key[1])) for key, value in whole.items()}
    return Publication(cells, tuple(relations))


def column(values: dict[str, int], is_town_known: bool = False) -> Publication:
    """Villages and their total under "", which `is_town_known` has shown whatever it is."""
    cells = {(name,): Cell(value, column="villages") for name, value in values.items()}
    cells[("",)] = Cell(sum(values.values()), weight=1000.0, is_guarded=not is_town_known)
    fixed = frozenset({("",)} if is_town_known else ())
    return Publication(cells, (_sum(("",), [(name,) for name in values]),), fixed)


def shares(values: dict[str, tuple[int, int]], is_town_known: bool = False) -> Publication:
    """Villages with a part, the whole and the rest that no table shows; totals under "", known as in `column`."""
    cells, relations = {}, []
    told = {**values, "": tuple(sum(pair[at] for pair in values.values()) for at in (0, 1))}
    for name, (part, whole) in told.items():
        weight, guarded = (1.0 if name else 1000.0), bool(name) or not is_town_known
        cells["part", name] = Cell(part, is_guarded=guarded, weight=weight, column=("part", not name))
        cells["whole", name] = Cell(whole, is_guarded=guarded, weight=3 * weight, column=("whole", not name))
        cells["rest", name] = Cell(whole - part, is_published=False, is_guarded=guarded)
        relations.append(_sum(("whole", name), [("part", name), ("rest", name)]))
    relations += [_sum((kind, ""), [(kind, name) for name in values]) for kind in ("part", "whole")]
    return Publication(cells, tuple(relations), frozenset(key for key in cells if is_town_known and not key[1]))


def _sum(whole: tuple, parts: list[tuple]) -> Relation:
    """Whole = parts."""
    return Relation(((whole, 1), *((part, -1) for part in parts)))


def fillings(publication: Publication, shown: dict, most: int) -> Iterator[dict]:
    """Every filling with cells up to `most`: those of `shown` as told, the rest 0 or more, or 1 where a zero of their column is told."""
    unknown = [key for key in publication.cells if key not in shown]
    zeros = {publication.cells[key].column for key, value in shown.items() if not value}
    least = {key: int(cell.is_published and cell.column in zeros) for key, cell in publication.cells.items()}
    yield from _filled(publication, dict(shown), unknown, least, most)


def _filled(publication: Publication, known: dict, unknown: list, least: dict, most: int) -> Iterator[dict]:
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
            if relation.is_equal and lacking and all(c * left > 0 for _key, c in lacking):
                return  # too much already: nothing that lacks can take it back
            if len(lacking) == 1 and relation.is_equal:
                key, c = lacking[0]
                value, over = divmod(-left, c)
                if over or not least[key] <= value <= most:
                    return
                known[key], moved = value, True
    left = [key for key in unknown if key not in known]
    if not left:
        yield known
        return
    for value in range(least[left[0]], most + 1):
        yield from _filled(publication, known | {left[0]: value}, left, least, most)


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
    """Small counts that are shown, or that have fewer values left than they should; a count that could be higher by 3 is not known to be small."""
    small = [key for key, cell in publication.cells.items() if cell.is_guarded and 0 < cell.value < threshold]
    seen, alone = reach(publication, shown), dict.fromkeys(small, (0, None))
    if publication.fixed:
        alone = reach(publication, {key: publication.cells[key].value for key in publication.fixed})
    return [key for key in small if key in shown or _is_lost(publication.cells[key].value, seen[key], alone[key], threshold)]


def never_apart(publication: Publication, shown: Collection[Any], keys: Collection[Any], lift: int = 3) -> list[Any]:
    """The counts that no filling of a reader with a solver, who sees `shown`, makes higher by `lift`.

    Those that the known cells keep lower by themselves must have as many other values, up to `lift`, as these leave them.
    """
    system, alone = (System(publication.cells, publication.relations, cells) for cells in (shown, publication.fixed))
    left = [key for key in sorted(keys) if key in system.at]
    is_found = True
    while left and is_found:
        at = [system.at[key] for key in left]
        price, most = np.zeros((2, len(system.free))), most_moves(system)
        price[0, at], price[1, at], most[0, at] = -1, 1, lift
        moved = system.filling(price, np.zeros_like(most), most) or {}
        is_found = any(moved.get(key, 0) >= lift for key in left)
        left = [key for key in left if moved.get(key, 0) < lift]
    return [
        key
        for key in sorted({*keys} - system.at.keys()) + left
        if _is_lost(publication.cells[key].value, bounds(system, key), bounds(alone, key), lift)
    ]


def _is_lost(value: int, seen: tuple[int, int | None], alone: tuple[int, int | None], lift: int) -> bool:
    """Whether a count has fewer values than it should: (least, greatest) as seen and as the known cells leave it, None without end."""
    most, high = (value + lift if pair[1] is None else pair[1] for pair in (alone, seen))
    return high < value + lift if most >= value + lift else high - seen[0] < min(lift, most - alone[0])


def most_moves(system: System) -> np.ndarray:
    """(up, down) at their greatest: no cell below its floor."""
    return np.array([np.full(len(system.free), np.inf), -system.least])


def bounds(system: System, key: Any) -> tuple[int, int | None]:
    """(least, greatest) value that a cell could have, None for any."""
    return _end(system, key, 1) or 0, _end(system, key, -1)


def _end(system: System, key: Any, sign: int) -> int | None:
    """The least (sign 1) or greatest (-1) value that a cell could have, None without end."""
    if key not in system.at:
        return system.cells[key].value
    price, most = np.zeros((2, len(system.free))), most_moves(system)
    price[:, system.at[key]] = sign, -sign
    moved = system.filling(price, np.zeros_like(most), most)
    return None if moved is None else system.cells[key].value + moved.get(key, 0)
