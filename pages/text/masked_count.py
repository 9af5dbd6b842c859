"""A count that a reader's pages withhold (setting `withhold_for`): it reads ＊, and whatever is calculated from it is withheld too.

Not a number in the sense of IEEE 754, so that a page that forgets to ask shows ＊ or nothing, and never a wrong figure.
"""

from __future__ import annotations

from typing import Any

from warehouse.disclosure.cell_display import Shown, sign


class Hidden(float):
    """A withheld count; false like nothing, smaller and greater than no number."""

    def __new__(cls) -> Hidden:
        """There is but one kind."""
        return super().__new__(cls, "nan")

    def __str__(self) -> str:
        return sign(Shown.WITHHELD)

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
    """Whether one of these is withheld."""
    return any(isinstance(value, Hidden) for value in values)


def row(cells: dict) -> dict:
    """A row of warehouse/disclosure/release.py as pages calculate with it."""
    return {name: _cell(value) for name, value in cells.items()}


def _cell(value: object) -> object:
    if isinstance(value, Shown):
        return Hidden() if value is Shown.WITHHELD else None
    return value
