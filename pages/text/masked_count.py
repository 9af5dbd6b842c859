"""A count that pages do not show: ＊ where it is withheld (setting `withhold_for`), 尚无数据 where it is not reported yet
(pages/data/village_reports.py); whatever is calculated from it is hidden too.

Not a number in the sense of IEEE 754, so that a page that forgets to ask shows ＊ or nothing, and never a wrong figure.
"""

from __future__ import annotations

from typing import Any

from warehouse.disclosure.cell_display import Shown, sign


class Hidden(float):
    """A count without its number; false like nothing, smaller and greater than no number."""

    def __new__(cls, why: Shown = Shown.WITHHELD) -> Hidden:
        """Withheld, or not reported."""
        return super().__new__(cls, "nan")

    def __init__(self, why: Shown = Shown.WITHHELD) -> None:
        self.why = why

    def __str__(self) -> str:
        return sign(self.why)

    __repr__ = __str__

    def __format__(self, _form: str) -> str:
        return str(self)

    def __bool__(self) -> bool:
        return False

    def _alike(self, *_other: Any) -> Hidden:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _alike
    __neg__ = __round__ = _alike  # type: ignore[assignment]


def is_hidden(*values: object) -> bool:
    """Whether one of these is withheld or not reported."""
    return any(isinstance(value, Hidden) for value in values)


def is_withheld(*values: object) -> bool:
    """Whether one of these is withheld."""
    return any(isinstance(value, Hidden) and value.why is Shown.WITHHELD for value in values)


def hidden(*values: object) -> Hidden:
    """Return the first of these that is hidden."""
    return next(value for value in values if isinstance(value, Hidden))


def row(cells: dict) -> dict:
    """A row of warehouse/disclosure/release.py as pages calculate with it."""
    hidden = (Shown.WITHHELD, Shown.NOT_REPORTED)
    return {name: (Hidden(cell) if cell in hidden else None) if isinstance(cell, Shown) else cell for name, cell in cells.items()}
