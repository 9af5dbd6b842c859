"""What a reader could work out: whole-number fillings that agree with every figure shown; one found (HiGHS) is checked, and so a proof."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

_NEAR = 1e-6
_SECONDS = 20.0  # that one answer of the solver may take


@dataclass(frozen=True)
class Cell:
    """One count. `is_published`: is in a table (else it can only be worked out); `is_guarded`: not to be shown where small.

    Cells of least weight are withheld first. The zeros of a `column` are all shown or all withheld.
    """

    value: int
    is_published: bool = True
    is_guarded: bool = True
    weight: float = 1.0
    column: Hashable = None


@dataclass(frozen=True)
class Relation:
    """The terms (cell, coefficient) add up to 0, or (`is_equal` False) to 0 or more."""

    terms: tuple[tuple[Hashable, int], ...]
    is_equal: bool = True


class Model:
    """A linear programme that is asked many times with other prices and bounds; each answer begins where the last one ended.

    Rows of a sparse matrix (csr) between `least` and `most` (infinite: without end), over columns from 0 to 0 until asked.
    """

    def __init__(self, rows: Any, least: np.ndarray, most: np.ndarray) -> None:
        import highspy  # a tenth of a second, for those who export alone

        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = rows.shape
        program.row_lower_, program.row_upper_ = least, most
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(rows.shape[1])
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_, program.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # the library has no types
        self._solver.silent()
        self._solver.setOptionValue("threads", 1)  # the same answer on every machine
        self._solver.passModel(program)
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._columns = np.arange(rows.shape[1], dtype=np.int32)

    def solution(self, prices: np.ndarray, least: np.ndarray, most: np.ndarray, is_whole: bool) -> np.ndarray | None:
        """The columns of the cheapest solution, in whole numbers where `is_whole`; None: none, none without end, or none in time."""
        count, solver = len(self._columns), self._solver
        solver.changeColsCost(count, self._columns, prices)
        solver.changeColsBounds(count, self._columns, least, most)
        if is_whole:
            self._set_whole(True)
        solver.setOptionValue("time_limit", solver.getRunTime() + _SECONDS)  # it is counted over all runs
        solver.run()
        values = np.array(solver.getSolution().col_value) if solver.getModelStatus() == self._optimal else None
        if is_whole:
            self._set_whole(False)
        return values

    def _set_whole(self, is_whole: bool) -> None:
        self._solver.changeColsIntegrality(len(self._columns), self._columns, np.full(len(self._columns), is_whole, dtype=np.uint8))


class System:
    """The cells that could be something else (`free`), as displacements `up` - `down` from their true values.

    One model serves all questions: a question changes prices and bounds alone, so that each is answered from where the last one ended.
    """

    def __init__(self, cells: Mapping[Any, Cell], relations: Sequence[Relation], disclosed: Collection[Any]) -> None:
        self.cells = cells
        # Who sees a zero of a column sees them all, and must expect 1 or more of a withheld figure of it.
        seen = {cells[key].column for key in disclosed if not cells[key].value and cells[key].is_published}
        floors = {key: int(cell.is_published and cell.column in seen) for key, cell in cells.items() if key not in disclosed}
        self.free = [key for key in sorted(floors) if floors[key] <= cells[key].value]
        self.at = {key: at for at, key in enumerate(self.free)}
        self.weights = np.array([cells[key].weight * cells[key].is_published for key in self.free])
        self.least = np.array([floors[key] - cells[key].value for key in self.free], dtype=float)
        relevant = [relation for relation in relations if any(key in self.at for key, _c in relation.terms)]
        self._equal = [relation for relation in relevant if relation.is_equal]
        self._least = [relation for relation in relevant if not relation.is_equal]

    @cached_property
    def matrices(self) -> tuple[Any, Any, np.ndarray]:
        """(equalities, inequalities, what the inequalities have to spare): rows over the free cells."""
        spare = [sum(c * self.cells[key].value for key, c in relation.terms) for relation in self._least]
        return self._rows(self._equal), self._rows(self._least), np.array(spare, dtype=float)

    def _rows(self, relations: list[Relation]) -> Any:
        from scipy.sparse import csr_array

        entries = [(row, self.at[key], c) for row, relation in enumerate(relations) for key, c in relation.terms if key in self.at]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        return csr_array((np.array(values, dtype=float), (rows, columns)), shape=(len(relations), len(self.free)))

    @cached_property
    def _model(self) -> Model:
        from scipy.sparse import block_array

        equal, least, spare = self.matrices
        rows = block_array([[equal, -equal], [least, -least]], format="csr")
        exact = np.zeros(equal.shape[0])
        return Model(rows, np.concatenate([exact, -spare]), np.concatenate([exact, np.full(len(spare), np.inf)]))

    def moved(self, key: Any, far: int, cost: np.ndarray) -> dict[Any, int] | None:
        """The cheapest filling in which a cell is another by `far`; None where no filling has it so. What costs without end stays."""
        if key not in self.at:
            return None
        most = np.where(np.isinf(cost), 0, [np.full(len(self.free), np.inf), -self.least])
        fewest, way, at = np.zeros_like(most), int(far < 0), self.at[key]
        fewest[way, at], most[1 - way, at] = abs(far), 0
        prices = np.where(np.isinf(cost), 0, [cost, cost])
        return self.filling(prices, fewest, most) if abs(far) <= most[way, at] else None

    def filling(self, prices: np.ndarray, fewest: np.ndarray, most: np.ndarray) -> dict[Any, int] | None:
        """Displacements of the cells that move, in whole numbers, at the least price; None where there is no solution."""
        for is_whole in (False, True):  # most relations are those of tables, whose corners are whole already
            solution = self._model.solution(prices.ravel(), fewest.ravel(), most.ravel(), is_whole)
            if solution is None:
                return None
            up, down = solution.reshape(2, -1)
            moved = np.round(up - down)
            if np.abs(up - down - moved).max(initial=0) < _NEAR and self._holds(moved):
                return {self.free[at]: int(moved[at]) for at in np.flatnonzero(moved)}
        return None

    def _holds(self, moved: np.ndarray) -> bool:
        equal, least, spare = self.matrices
        is_low = bool((moved < self.least).any())
        return not (is_low or (equal @ moved).any() or (least @ moved + spare < 0).any())
