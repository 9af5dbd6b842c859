"""Charts as drawings, as on the pages: bars of shares, the steps from registered to cared for; a withheld figure is a hatched stub."""

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from locales import _
from pages.chart_files import canvas
from pages.chart_files.canvas import BODY, FAINT, LINE, QUIET, SMALL, Cell, Drawing, Line, Mark, Words, box
from pages.charts import patterns, plotly_map
from pages.charts.plotly_charts import ACCENT, GREY
from pages.text import formatting, statuses
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown, sign

Row = TypeVar("Row", bound=tuple[str, Cell, Cell])  # name, numerator, denominator
GAP = 7.0
_BAR = 11.0
MOST = 30  # villages on a page or a slide
_MOST_NAME = 0.36  # of the width, for names before they wrap


def share_bars(rows: Sequence[tuple[str, Cell, Cell]], target: float | None) -> Drawing:
    """Return bars of shares from (name, numerator, denominator), the neediest on top, then withheld ones, then those without a figure.

    Without a target nothing is judged.
    """
    ordered = sorted(rows, key=need)
    texts = [share_text(numerator, denominator, target) for _name, numerator, denominator in ordered]
    bars: list[tuple[float | Shown, str]] = []
    for _name, numerator, denominator in ordered:
        value = cell_display.share_of(numerator, denominator)
        state = statuses.judge_share(value, target) if target else None
        bars.append((value, ACCENT if state is None else GREY if state.code == "met" else state.colour))
    return partial(_bars, [name for name, _n, _d in ordered], bars, texts, target, True)


def share_text(numerator: Cell, denominator: Cell, target: float | None) -> str:
    """Return a share as it is written at its bar: ■ 81.3% · 13/16, ＊, —."""
    value = cell_display.share_of(numerator, denominator)
    if value is Shown.WITHHELD:
        return sign(value)
    if Shown.NOT_APPLICABLE in (numerator, denominator):
        return sign(Shown.NOT_APPLICABLE)
    says = f"{formatting.percent(value)} · {numerator}/{denominator}" if isinstance(value, float) else sign(value)
    return f"{statuses.judge_share(value, target).sign} {says}" if target else says


def need(row: tuple[str, Cell, Cell]) -> tuple[int, float, str]:
    """Return the place of a bar in the order: by its share, then withheld, then without a figure."""
    name, numerator, denominator = row
    value = cell_display.share_of(numerator, denominator)
    return (0, value, name) if isinstance(value, float) else (1 if value is Shown.WITHHELD else 2, 0.0, name)


def neediest(rows: Sequence[Row]) -> tuple[list[Row], str]:
    """Return the bars that a page has room for, the neediest first, and what its title says where there are more."""
    return sorted(rows, key=need)[:MOST], _("（差得最多的 {most} 个）").format(most=MOST) if len(rows) > MOST else ""


def cascade(steps: Sequence[tuple[str, Cell]]) -> Drawing:
    """Return bars of steps from (name, children), each a part of the one before, in their order; shares are of the first step."""
    bars: list[tuple[float | Shown, str]] = []
    texts = []
    for at, (_name, count) in enumerate(steps):
        part = cell_display.share_of(count, steps[0][1])
        is_bar = isinstance(part, float) or count is Shown.WITHHELD  # of a withheld first step nothing is a share, and only it has a stub
        bars.append((part if is_bar else Shown.NO_DATA, GREY if at == 0 else ACCENT))
        texts.append(f"{count} · {formatting.percent(part)}" if at and isinstance(part, float) else cell_display.text(count))
    return partial(_bars, [name for name, _c in steps], bars, texts, None, False)


def _bars(
    names: list[str], bars: list[tuple[float | Shown, str]], texts: list[str], target: float | None, has_axis: bool, width: float
) -> tuple[float, list[Mark]]:
    """Return (height, marks) of horizontal bars of 0-1, names on the left, figures in a column on the right."""
    name_room = min(_MOST_NAME * width, max((canvas.text_width(canvas.plain(name), BODY) for name in names), default=0) + 1)
    text_room = max((canvas.text_width(text, BODY) for text in texts), default=0)
    left = name_room + GAP
    reach = width - left - GAP - text_room
    marks: list[Mark] = []
    top = y = BODY * LINE + 3 if target is not None else 2.0
    for name, (value, colour), text in zip(names, bars, texts, strict=True):
        lines = canvas.wrap(name, BODY, name_room)
        high = max(_BAR + 7, len(lines) * BODY * LINE + 5)
        middle = y + high / 2
        marks += canvas.lines_of(left - GAP, middle + BODY * (0.36 - (len(lines) - 1) * LINE / 2), lines, BODY, align="right")
        if isinstance(value, float):
            marks.append(box(left, middle - _BAR / 2, value * reach, _BAR, colour))
        elif value is Shown.WITHHELD:  # a stub, whose length says nothing
            marks.append(box(left, middle - _BAR / 2, 2 * _BAR, _BAR, plotly_map.WITHHELD, patterns.WITHHELD, plotly_map.HATCH))
        marks.append(Words(left + reach + GAP, middle + BODY * 0.36, text, BODY))
        y += high
    if has_axis:
        marks = [*_axis(left, reach, top, y), *marks, *_target(left, reach, top, y, target)]
        y += SMALL * LINE + 2
    return y + 2, marks


def _axis(left: float, reach: float, top: float, bottom: float) -> list[Mark]:
    marks: list[Mark] = []
    for at, align in ((0.0, "left"), (0.5, "center"), (1.0, "right")):
        x = left + at * reach
        marks += [Line(((x, top), (x, bottom)), FAINT, 0.8), Words(x, bottom + SMALL * 1.1, f"{at:.0%}", SMALL, QUIET, align)]
    return marks


def _target(left: float, reach: float, top: float, bottom: float, target: float | None) -> list[Mark]:
    """The target as a dotted line with its label above, which ends at the line so that it is never cut."""
    if target is None:
        return []
    x = left + target * reach
    label = _("目标 {target}").format(target=formatting.percent(target))
    align = "right" if canvas.text_width(label, SMALL) < x else "left"
    return [Line(((x, top - 2), (x, bottom)), ACCENT, 1.2, True), Words(x, top - 5, label, SMALL, ACCENT, align)]
