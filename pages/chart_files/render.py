"""Pictures that leave the house: a drawing under its title and over its foot as PNG or SVG, made here without a browser.

Matplotlib only paints the marks (pages/chart_files/canvas.py) on a plain figure: no pyplot, one picture at a time. Texts of others are
never read as formulas, and the same drawing gives the same bytes.
"""

from __future__ import annotations

import io
import threading
from typing import Any

from pages.chart_files import text_layout
from pages.chart_files.bar_drawing import cascade, share_bars
from pages.chart_files.canvas import INK, QUIET, Area, Drawing, Line, Mark, Words, lines_of
from pages.chart_files.line_drawing import field, path
from pages.chart_files.map_drawing import town_map

__all__ = ["Drawing", "as_png", "as_svg", "cascade", "field", "has_font", "path", "share_bars", "town_map"]

DPI = 200
_POINTS = 72 / 2.54  # of a centimetre
_MARGIN = 10.0
_TITLE, _SUBTITLE, _FOOT = 13.0, 9.0, 7.0
_PAINTING = threading.Lock()  # matplotlib's settings are the whole process's
_SVG: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "tongxing"}


def has_font() -> bool:
    """Whether Chinese can be drawn here; without, an SVG can still be made, whose letters are the reader's own."""
    return text_layout.font() is not None


def as_png(drawing: Drawing, title: str, subtitle: str, lines: list[str], width_cm: float = 16) -> bytes:
    """A PNG of 200 dots an inch; title and foot stand in it as text too, so that the receipt's number is found."""
    told = {"Title": text_layout.plain(title), "Description": "\n".join(map(text_layout.plain, lines)), "Software": None}
    return _picture(drawing, title, subtitle, lines, width_cm, "png", told)


def as_svg(drawing: Drawing, title: str, subtitle: str, lines: list[str], width_cm: float = 16) -> bytes:
    """An SVG whose texts are texts."""
    told = {"Title": text_layout.plain(title), "Date": None, "Creator": None}
    return _picture(drawing, title, subtitle, lines, width_cm, "svg", told)


def _picture(drawing: Drawing, title: str, subtitle: str, lines: list[str], width_cm: float, form: str, told: dict[str, Any]) -> bytes:
    """Lay out, paint, write."""
    import matplotlib

    width = width_cm * _POINTS
    with _PAINTING, matplotlib.rc_context(_SVG):
        height, marks = _laid_out(drawing, title, subtitle, lines, width)
        stream = io.BytesIO()
        _painted(marks, width, height, form).savefig(stream, format=form, dpi=DPI if form == "png" else 72, metadata=told)
    return stream.getvalue()


def _laid_out(drawing: Drawing, title: str, subtitle: str, lines: list[str], width: float) -> tuple[float, list[Mark]]:
    """(height, marks) of title, subtitle, drawing and foot below each other."""
    room = width - 2 * _MARGIN
    marks: list[Mark] = []
    y = _MARGIN
    for text, size, colour, is_bold in ((title, _TITLE, INK, True), (subtitle, _SUBTITLE, QUIET, False)):
        if text:
            told = text_layout.wrapped(text, size, room, is_bold)
            marks += lines_of(_MARGIN, y + size, told, size, colour, is_bold=is_bold)
            y += len(told) * size * text_layout.LINE + 3
    y += 5 if marks else 0
    high, drawn = drawing.at(room)
    marks += [_moved(mark, _MARGIN, y) for mark in drawn]
    y += high + (6 if lines else 0)
    for line in lines:
        told = text_layout.wrapped(line, _FOOT, room)
        marks += lines_of(_MARGIN, y + _FOOT, told, _FOOT, QUIET)
        y += len(told) * _FOOT * text_layout.LINE
    return y + _MARGIN, marks


def _moved(mark: Mark, x: float, y: float) -> Mark:
    """A mark elsewhere."""
    if isinstance(mark, Words):
        return Words(mark.x + x, mark.y + y, mark.text, mark.size, mark.colour, mark.align, mark.is_bold)
    if isinstance(mark, Line):
        return Line(tuple((px + x, py + y) for px, py in mark.points), mark.colour, mark.width, mark.is_dotted)
    return Area(tuple(tuple((px + x, py + y) for px, py in ring) for ring in mark.rings), mark.fill, mark.edge, mark.hatch)


def _painted(marks: list[Mark], width: float, height: float, form: str) -> Any:
    """The figure of some marks."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), facecolor="white")
    (FigureCanvasAgg if form == "png" else FigureCanvasSVG)(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    for over, mark in enumerate(marks):
        axes.add_artist(_artist(mark, () if form == "png" else (*text_layout.FONTS, "sans-serif"))).set_zorder(over)
    return figure


def _artist(mark: Mark, families: tuple[str, ...]) -> Any:
    """One mark as matplotlib's own."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.text import Text

    if isinstance(mark, Words):
        letters = text_layout.properties(mark.size, mark.is_bold, families)
        where = {"ha": mark.align, "va": "baseline", "fontproperties": letters}
        return Text(mark.x, mark.y, text_layout.plain(mark.text), color=mark.colour, parse_math=False, **where)
    if isinstance(mark, Line):
        across, down = zip(*mark.points, strict=True)
        return Line2D(across, down, color=mark.colour, linewidth=mark.width, linestyle=":" if mark.is_dotted else "-")
    outline = Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in mark.rings))
    hatch = "".join(slant * 4 for slant in mark.hatch) or None
    return PathPatch(outline, facecolor=mark.fill, edgecolor=mark.edge or "none", linewidth=0.7 if mark.edge else 0, hatch=hatch)
