"""Charts over month ends: a share as a line, or by village as a field; without hatches, which some programs paint as one dark spot."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from locales import _
from pages.chart_files import canvas
from pages.chart_files.bar_drawing import GAP, share_text
from pages.chart_files.canvas import BODY, FAINT, INK, LINE, QUIET, SMALL, Cell, Drawing, Line, Mark, Words, box
from pages.charts import plotly_map
from pages.charts.plotly_charts import ACCENT
from pages.text import formatting
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown, sign

MOST = 24  # days; more would be slivers
_HIGH, _DOT, _ROW = 150.0, 3.6, 17.0
_MOST_NAME = 0.22  # of the width
_SIGNS = {5: "—", 6: sign(Shown.WITHHELD)}  # of the steps without a figure
Parts = Sequence[tuple[Cell, Cell]]  # numerator and denominator, day by day


def path(days: Sequence[dt.date], parts: Parts, target: float | None) -> Drawing:
    """Return a share from 0 to 100 % over days, its first and last figure written, the target a dotted line; a gap where none is shown."""
    return partial(_path, days, [cell_display.share_of(*pair) for pair in parts], target)


def _path(days: Sequence[dt.date], shares: Sequence[float | Shown], target: float | None, width: float) -> tuple[float, list[Mark]]:
    left, top = canvas.text_width("100%", SMALL) + GAP, BODY * LINE + 4
    reach, bottom = width - left - canvas.text_width("100.0%", BODY) / 2 - 2, top + _HIGH
    across = [left + GAP + (reach - GAP) * at / max(len(days) - 1, 1) for at in range(len(days))]
    marks = _grid(left, left + reach, top, bottom)
    marks += _months(days, across, bottom + SMALL * 1.3)
    marks += _target(left, reach, bottom, target)
    points = [(x, bottom - share * _HIGH) if isinstance(share, float) else None for x, share in zip(across, shares, strict=True)]
    marks += [Line((point, other), ACCENT, 1.6) for point, other in pairwise(points) if point and other]
    marks += [box(point[0] - _DOT / 2, point[1] - _DOT / 2, _DOT, _DOT, ACCENT) for point in points if point]
    gaps = [(x, share) for x, share in zip(across, shares, strict=True) if isinstance(share, Shown)]
    marks += [Words(x, bottom - 4, sign(share), SMALL, QUIET, "center") for x, share in gaps]
    return bottom + SMALL * LINE + 4, [*marks, *_ends(points, [cell_display.text(share, is_share=True) for share in shares])]


def _target(left: float, reach: float, bottom: float, target: float | None) -> list[Mark]:
    """Return the target across, its name above the middle, where no end of the line is."""
    if target is None:
        return []
    y, label = bottom - target * _HIGH, _("目标 {target}").format(target=formatting.percent(target))
    return [Line(((left, y), (left + reach, y)), ACCENT, 1.2, True), Words(left + reach / 2, y - 4, label, SMALL, ACCENT, "center")]


def _ends(points: Sequence[tuple[float, float] | None], texts: Sequence[str]) -> list[Mark]:
    """The first and the last figure at their points, on the side that the line leaves free."""
    ends = [(point, text) for point, text in zip(points, texts, strict=True) if point]
    marks: list[Mark] = []
    for at, beside in ((0, 1), (-1, -2)) if ends else ():
        (x, y), text = ends[at]
        is_below = len(ends) > 1 and ends[beside][0][1] < y
        marks.append(Words(x, y + BODY * 1.3 if is_below else y - 5, text, BODY, INK, "center", is_bold=True))
    return marks if len(ends) > 1 else marks[:1]


def _grid(left: float, right: float, top: float, bottom: float) -> list[Mark]:
    marks: list[Mark] = []
    for at in (0.0, 0.5, 1.0):
        y = bottom - at * (bottom - top)
        marks += [Line(((left, y), (right, y)), FAINT, 0.8), Words(left - 4, y + SMALL * 0.36, f"{at:.0%}", SMALL, QUIET, "right")]
    return marks


def _months(days: Sequence[dt.date], across: Sequence[float], y: float) -> list[Mark]:
    """The newest day and as many before it as there is room for, as 25-03."""
    every = max(1, -(-len(days) // max(1, int((across[-1] - across[0]) / 44)))) if days else 1
    labelled = list(zip(days, across, strict=True))[::-1][::every]
    return [Words(x, y, f"{day:%y-%m}", SMALL, QUIET, "center") for day, x in labelled]


def field(days: Sequence[dt.date], lines: Sequence[tuple[str, Parts]]) -> Drawing:
    """Return shares of lines on days, oldest first, as the steps of the map, darker where more is to be done; the newest figure beside each."""
    return partial(_field, days, lines)


def _field(days: Sequence[dt.date], lines: Sequence[tuple[str, Parts]], width: float) -> tuple[float, list[Mark]]:
    texts = [share_text(*parts[-1], None) for _name, parts in lines]
    name_room = min(_MOST_NAME * width, max(canvas.text_width(canvas.plain(name), BODY) for name, _parts in lines) + 1)
    left, right = name_room + GAP, width - GAP - max(canvas.text_width(text, BODY) for text in texts)
    wide = (right - left) / len(days)
    steps = [[plotly_map.step_of(cell_display.share_of(*pair)) for pair in parts] for _name, parts in lines]
    y, marks = _legend({step for of_line in steps for step in of_line}, width)
    for (name, _parts), text, of_line in zip(lines, texts, steps, strict=True):
        name_lines = canvas.wrap(name, BODY, name_room)
        high = max(_ROW, len(name_lines) * BODY * LINE + 3)
        middle = y + high / 2
        marks += canvas.lines_of(left - GAP, middle + BODY * (0.36 - (len(name_lines) - 1) * LINE / 2), name_lines, BODY, align="right")
        for at, step in enumerate(of_line):
            marks += _cell(left + at * wide, y + 1, wide - 1, high - 2, step)
        marks.append(Words(right + GAP, middle + BODY * 0.36, text, BODY))
        y += high
    marks += _months(days, [left + (at + 0.5) * wide for at in range(len(days))], y + SMALL * 1.3)
    return y + SMALL * LINE + 4, marks


def _cell(x: float, y: float, wide: float, high: float, step: int) -> list[Mark]:
    """A box in the colour of its step, with its sign where that has no figure."""
    marks = [Words(x + wide / 2, y + high / 2 + SMALL * 0.36, _SIGNS[step], SMALL, QUIET, "center")] if step in _SIGNS else []
    return [box(x, y, wide, high, plotly_map.colours()[step], (), None if 0 < step < 5 else plotly_map.STEPS[1][1]), *marks]


def _legend(there: set[int], width: float) -> tuple[float, list[Mark]]:
    marks: list[Mark] = []
    x, y = 0.0, 2.0
    for step in sorted(there):
        name = plotly_map.step_names()[step]
        room = 12 + canvas.text_width(name, SMALL) + 12
        if x and x + room > width:
            x, y = 0.0, y + SMALL * LINE + 2
        marks += [*_cell(x, y, 9, 9, step), Words(x + 12, y + SMALL, name, SMALL, QUIET)]
        x += room
    return y + SMALL * LINE + 6, marks
