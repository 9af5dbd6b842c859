"""A linear programme that is asked many times with other prices and bounds, by HiGHS: each answer begins where the last one ended."""

from __future__ import annotations

from typing import Any

import numpy as np

_SECONDS = 20.0  # that one answer may take


class Model:
    """Rows of a sparse matrix (csr) between `least` and `most` (infinite: without end), over columns from 0 to 0 until asked."""

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
        """Whether every column has to be a whole number."""
        self._solver.changeColsIntegrality(len(self._columns), self._columns, np.full(len(self._columns), is_whole, dtype=np.uint8))
