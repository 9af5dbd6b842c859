"""What a picture is made of, and its bytes: words, areas and lines at places in points, y from the top down, painted as PNG or SVG.

Made without a browser. Matplotlib only paints the marks on a plain figure: no pyplot, one picture at a time; texts of others are
never read as formulas, and the same drawing gives the same bytes. It is slow to import, so nothing here imports it before a text
is measured or a picture painted.
"""

import io
import logging
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from warehouse.disclosure.cell_display import Shown
from warehouse.storage import csv_injection

INK, QUIET, FAINT = "#1b2430", "#5b6675", "#d8dee6"
BODY, SMALL = 9.0, 8.0
Point = tuple[float, float]
Cell = int | Shown | None  # a count, or why there is none
FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Zen Hei")
LINE = 1.35  # from one line to the next, of the size
_OPEN, _CLOSE = "（《〈【“‘", "，。、；：！？）》〉】”’％"
# What a line does not break inside: words of narrow letters, a wide letter with the marks that cling to it.
_PIECES = re.compile(rf"[{_OPEN}]*(?:[!-\u2017\u201a-\u201b\u201e-\u2e7f]+|[^\s{_OPEN}{_CLOSE}]|)[{_CLOSE}]*\s*")
DPI = 200
_POINTS = 72 / 2.54  # of a centimetre
_MARGIN = 10.0
_TITLE, _SUBTITLE, _FOOT = 13.0, 9.0, 7.0
_PAINTING = threading.Lock()  # matplotlib's settings are the whole process's
_SVG: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "tongxing"}


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
Drawing = Callable[[float], tuple[float, list[Mark]]]  # a chart before it is as wide as it will be: width → height, marks


def box(x: float, y: float, wide: float, high: float, fill: str, hatch: tuple[str, ...] = (), edge: str | None = None) -> Area:
    """Return a rectangle from its upper left corner."""
    return Area((((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)),), fill, edge, hatch)


def lines_of(
    x: float, y: float, lines: list[str], size: float, colour: str = INK, align: str = "left", is_bold: bool = False
) -> list[Mark]:
    """Return several lines of words below each other, the first at base line y."""
    return [Words(x, y + at * size * LINE, line, size, colour, align, is_bold) for at, line in enumerate(lines)]


@cache
def font() -> str | None:
    """Return the first of FONTS that this machine has; None where Chinese cannot be drawn, but in an SVG, whose letters are the reader's."""
    from matplotlib import font_manager

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it logs every font that is missing
    names = {entry.name for entry in font_manager.fontManager.ttflist}
    if not names & {*FONTS}:  # its list is kept in a file, which is older than a font that was just installed
        for entry in font_manager.FontManager().ttflist:
            if entry.name in FONTS:
                font_manager.fontManager.addfont(entry.fname)
                names.add(entry.name)
    return next((name for name in FONTS if name in names), None)


def _letters(size: float, is_bold: bool = False, families: tuple[str, ...] = ()) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(
        family=list(families or (*filter(None, (font(),)), "DejaVu Sans")), size=size, weight="bold" if is_bold else "normal"
    )


def plain(text: object) -> str:
    """Return a text on one line, as a file may hold it."""
    return " ".join(csv_injection.plain(str(text)).expandtabs(1).splitlines())


@lru_cache(maxsize=8000)
def text_width(text: str, size: float, is_bold: bool = False) -> float:
    """Return the width of a text in points; without a Chinese font an estimate: a wide letter as an em."""
    if font() is None:
        return size * sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.62 for sign in text)
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(1, 1, 72).get_text_width_height_descent(text, _letters(size, is_bold), False)[0]


def wrap(text: str, size: float, room: float, is_bold: bool = False) -> list[str]:
    """Return the lines of a text in so much room; only a word that is wider by itself breaks inside."""
    lines = [""]
    for piece in _PIECES.findall(plain(text)):
        for part in [piece] if text_width(piece.rstrip(), size, is_bold) <= room else piece:
            if lines[-1] and text_width((lines[-1] + part).rstrip(), size, is_bold) > room:
                lines.append("")
            lines[-1] += part
    return [line.strip() for line in lines]


def render(form: str, drawing: Drawing, title: str, subtitle: str, lines: list[str], width_cm: float = 16) -> bytes:
    """Return a `png` of 200 dots an inch or an `svg` whose texts are texts; title and foot, with the receipt's number, are metadata too."""
    import matplotlib

    metadata: dict[str, Any] = {"Title": plain(title), "Date": None, "Creator": None}
    if form == "png":
        metadata = {"Title": plain(title), "Description": "\n".join(map(plain, lines)), "Software": None}
    width = width_cm * _POINTS
    with _PAINTING, matplotlib.rc_context(_SVG):
        height, marks = _lay_out(drawing, title, subtitle, lines, width)
        stream = io.BytesIO()
        _paint(marks, width, height, form).savefig(stream, format=form, dpi=DPI if form == "png" else 72, metadata=metadata)
    return stream.getvalue()


def _lay_out(drawing: Drawing, title: str, subtitle: str, lines: list[str], width: float) -> tuple[float, list[Mark]]:
    """Return (height, marks) of title, subtitle, drawing and foot below each other."""
    room = width - 2 * _MARGIN
    marks: list[Mark] = []
    y = _MARGIN
    for text, size, colour, is_bold in ((title, _TITLE, INK, True), (subtitle, _SUBTITLE, QUIET, False)):
        if text:
            texts = wrap(text, size, room, is_bold)
            marks += lines_of(_MARGIN, y + size, texts, size, colour, is_bold=is_bold)
            y += len(texts) * size * LINE + 3
    y += 5 if marks else 0
    high, chart = drawing(room)
    marks += [_moved(mark, _MARGIN, y) for mark in chart]
    y += high + (6 if lines else 0)
    for line in lines:
        texts = wrap(line, _FOOT, room)
        marks += lines_of(_MARGIN, y + _FOOT, texts, _FOOT, QUIET)
        y += len(texts) * _FOOT * LINE
    return y + _MARGIN, marks


def _moved(mark: Mark, x: float, y: float) -> Mark:
    if isinstance(mark, Words):
        return replace(mark, x=mark.x + x, y=mark.y + y)
    if isinstance(mark, Line):
        return replace(mark, points=tuple((px + x, py + y) for px, py in mark.points))
    return replace(mark, rings=tuple(tuple((px + x, py + y) for px, py in ring) for ring in mark.rings))


def _paint(marks: list[Mark], width: float, height: float, form: str) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), facecolor="white")
    (FigureCanvasAgg if form == "png" else FigureCanvasSVG)(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    for over, mark in enumerate(marks):
        axes.add_artist(_artist(mark, () if form == "png" else (*FONTS, "sans-serif"))).set_zorder(over)
    return figure


def _artist(mark: Mark, families: tuple[str, ...]) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.text import Text

    if isinstance(mark, Words):
        letters = _letters(mark.size, mark.is_bold, families)
        where = {"ha": mark.align, "va": "baseline", "fontproperties": letters}
        return Text(mark.x, mark.y, plain(mark.text), color=mark.colour, parse_math=False, **where)
    if isinstance(mark, Line):
        across, down = zip(*mark.points, strict=True)
        return Line2D(across, down, color=mark.colour, linewidth=mark.width, linestyle=":" if mark.is_dotted else "-")
    outline = Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in mark.rings))
    hatch = "".join(slant * 4 for slant in mark.hatch) or None
    return PathPatch(outline, facecolor=mark.fill, edgecolor=mark.edge or "none", linewidth=0.7 if mark.edge else 0, hatch=hatch)
