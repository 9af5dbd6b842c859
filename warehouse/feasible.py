"""What a reader could work out: whole-number fillings of withheld cells that agree with every figure shown and every relation.

Linear programming by HiGHS (scipy). A filling found is a proof by itself, whatever the solver thinks of it: it is whole,
and it is checked against the relations.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

_NEAR = 1e-6


@dataclass(frozen=True)
class Cell:
    """One count. `is_published`: stands in a table (else it can only be worked out); `is_guarded`: not to be told where small.

    Cells of least weight are withheld first.
    """

    value: int
    is_published: bool = True
    is_guarded: bool = True
    weight: float = 1.0


@dataclass(frozen=True)
class Relation:
    """The terms (cell, coefficient) add up to 0, or (`is_equal` False) to 0 or more."""

    terms: tuple[tuple[Hashable, int], ...]
    is_equal: bool = True


class System:
    """The cells that could be something else (`free`), as displacements from their true values."""

    def __init__(self, cells: Mapping[Any, Cell], relations: Sequence[Relation], known: Collection) -> None:
        self.cells = cells
        self.free = [key for key in sorted(cells) if not _is_known(key, cells[key], known)]
        self.at = {key: at for at, key in enumerate(self.free)}
        self.least = np.array([floor_of(cells[key]) - cells[key].value for key in self.free], dtype=float)
        told = [relation for relation in relations if any(key in self.at for key, _c in relation.terms)]
        self._equal = [relation for relation in told if relation.is_equal]
        self._least = [relation for relation in told if not relation.is_equal]

    @cached_property
    def matrices(self) -> tuple[Any, Any, np.ndarray]:
        """(equalities, inequalities, what the inequalities have to spare): rows over the free cells."""
        spare = [sum(c * self.cells[key].value for key, c in relation.terms) for relation in self._least]
        return self._rows(self._equal), self._rows(self._least), np.array(spare, dtype=float)

    def _rows(self, relations: list[Relation]) -> Any:
        """A sparse matrix with a row for each relation."""
        from scipy.sparse import csr_array

        entries = [(row, self.at[key], c) for row, told in enumerate(relations) for key, c in told.terms if key in self.at]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        return csr_array((np.array(values, dtype=float), (rows, columns)), shape=(len(relations), len(self.free)))

    def toward(self, goals: Sequence, wanted: int, cost: np.ndarray, reward: float) -> dict | None:
        """The cheapest filling that raises goals by `wanted` where a unit is worth `reward`; None: there is none."""
        from scipy.sparse import block_array, csr_array, eye_array

        equal, least, spare = self.matrices
        count, size = len(goals), len(self.free)
        chosen = csr_array((np.ones(count), (range(count), [self.at[key] for key in goals])), shape=(count, size))
        near = eye_array(count, format="csr")
        limits = block_array([[-least, least, csr_array((len(spare), count))], [-chosen, chosen, near]], format="csr")
        exact = block_array([[equal, -equal, csr_array((equal.shape[0], count))]], format="csr")
        prices = np.concatenate([cost, cost, np.full(count, -reward)])
        bounds = self._bounds() + [(0, wanted)] * count
        return self._solved(prices, limits, np.concatenate([spare, np.zeros(count)]), exact, bounds, (0,))

    def forced(self, key: Any, wanted: int, cost: np.ndarray) -> dict | None:
        """The cheapest filling in which a cell is higher by `wanted`; None where no filling has it so."""
        from scipy.sparse import block_array

        equal, least, spare = self.matrices
        bounds = self._bounds()
        at = self.at[key]
        bounds[at], bounds[at + len(self.free)] = (wanted, None), (0, 0)
        limits, exact = block_array([[-least, least]], format="csr"), block_array([[equal, -equal]], format="csr")
        return self._solved(np.concatenate([cost, cost]), limits, spare, exact, bounds)

    def _bounds(self) -> list[tuple[float, float | None]]:
        """Of what is added to and taken from each cell."""
        return [(0, None)] * len(self.free) + [(0, -low) for low in self.least]

    def _solved(
        self, prices: np.ndarray, limits: Any, most: np.ndarray, exact: Any, bounds: list, tries: tuple[int, ...] = (0, 1)
    ) -> dict | None:
        """Displacements of the cells that move, whole numbers; None where there is no solution."""
        from scipy.optimize import linprog

        size = len(self.free)
        kind = {"A_ub": limits, "b_ub": most} if limits.shape[0] else {}
        kind |= {"A_eq": exact, "b_eq": np.zeros(exact.shape[0])} if exact.shape[0] else {}
        for is_whole in tries:  # most relations are those of tables, whose corners are whole already
            whole = np.concatenate([np.full(2 * size, is_whole), np.zeros(len(prices) - 2 * size)])
            found = linprog(
                prices, bounds=bounds, method="highs", integrality=whole if is_whole else None, options={"time_limit": 20}, **kind
            )
            if found.x is None:
                return None
            moved = found.x[:size] - found.x[size : 2 * size]
            if np.abs(moved - np.round(moved)).max(initial=0) < _NEAR and self._holds(np.round(moved)):
                return {self.free[at]: round(moved[at]) for at in np.flatnonzero(np.round(moved))}
        return None

    def _holds(self, moved: np.ndarray) -> bool:
        """Whether a filling keeps every relation and every floor."""
        equal, least, spare = self.matrices
        is_low = bool((moved < self.least).any())
        return not (is_low or (equal @ moved).any() or (least @ moved + spare < 0).any())

    def reach(self, key: Any) -> tuple[int, int | None]:
        """(least, greatest) value that a cell could have, None for any: what a reader with a solver learns of it."""
        value, nothing = self.cells[key].value, np.zeros(len(self.free))
        if key not in self.at:
            return value, value
        ends: list[int | None] = []
        for sign in (1, -1):
            prices = nothing.copy()
            prices[self.at[key]] = sign
            ends.append(self._end(prices, key))
        return value + (ends[0] or 0), None if ends[1] is None else value + ends[1]

    def _end(self, prices: np.ndarray, key: Any) -> int | None:
        """How far a cell can go, None without end."""
        from scipy.optimize import linprog

        equal, least, spare = self.matrices
        kind = {"A_ub": -least, "b_ub": spare} if least.shape[0] else {}
        kind |= {"A_eq": equal, "b_eq": np.zeros(equal.shape[0])} if equal.shape[0] else {}
        bounds = [(low, None) for low in self.least]
        found = linprog(prices, bounds=bounds, method="highs", integrality=np.ones(len(prices)), **kind)
        return None if found.x is None else round(found.x[self.at[key]])


def floor_of(cell: Cell) -> int:
    """The least a reader must reckon with: a figure that stands in a table is 1 or more where it is withheld, as zeros are shown."""
    return 1 if cell.is_published else 0


def _is_known(key: Any, cell: Cell, known: Collection) -> bool:
    """Whether a reader knows the cell anyway: zeros are shown, and what was told before."""
    return key in known or (cell.is_published and cell.value == 0)
