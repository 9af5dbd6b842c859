"""What a picture is made of: words, areas and lines at places in points, y from the top down. No matplotlib here, so that a
test can read what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pages.chart_files import text_layout
from pages.charts import patterns, plotly_map
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown

INK, QUIET, FAINT = "#1b2430", "#5b6675", "#d8dee6"
BODY, SMALL = 9.0, 8.0
Point = tuple[float, float]
Cell = int | Shown | None  # a count, or why there is none


@dataclass(frozen=True)
class Words:
    """A text on one line; y is its base line, x its left end, middle or right end."""

    x: float
    y: float
    text: str
    size: float = BODY
    colour: str = INK
    align: str = "left"
    is_bold: bool = False


@dataclass(frozen=True)
class Area:
    """A filled outline, holes among its rings; `hatch` is a tuple of directions as in pages/charts/patterns.py."""

    rings: tuple[tuple[Point, ...], ...]
    fill: str
    edge: str | None = None
    hatch: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line through points."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    is_dotted: bool = False


Mark = Words | Area | Line


@dataclass(frozen=True)
class Drawing:
    """A chart before it is as wide as it will be: `at` gives its height and marks for a width."""

    at: Callable[[float], tuple[float, list[Mark]]]


def box(x: float, y: float, wide: float, high: float, fill: str, hatch: tuple[str, ...] = (), edge: str | None = None) -> Area:
    """A rectangle from its upper left corner."""
    return Area((((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)),), fill, edge, hatch)


def stub(x: float, y: float, high: float) -> Area:
    """What stands for a bar whose count is withheld: its length says nothing."""
    return box(x, y, 2 * high, high, plotly_map.WITHHELD, patterns.WITHHELD, plotly_map.HATCH)


def lines_of(
    x: float, y: float, lines: list[str], size: float, colour: str = INK, align: str = "left", is_bold: bool = False
) -> list[Mark]:
    """Several lines of words below each other, the first at base line y."""
    return [Words(x, y + at * size * text_layout.LINE, line, size, colour, align, is_bold) for at, line in enumerate(lines)]


def is_withheld(*cells: object) -> bool:
    """Whether one of these is withheld."""
    return Shown.WITHHELD in cells


def number(cell: object) -> int | None:
    """The count in a cell; None where there is none."""
    return cell if isinstance(cell, int) else None


def told(cell: object) -> str:
    """A cell as every file and page words it."""
    return cell_display.text(cell)
