"""The town's map as a drawing, as on the page (pages/charts/plotly_map.py); a name that does not fit stands by its number in a list."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from locales import _
from pages.chart_files import canvas
from pages.chart_files.canvas import INK, LINE, QUIET, SMALL, Area, Cell, Drawing, Mark, Point, Words, box
from pages.charts import patterns, plotly_map
from warehouse.disclosure import cell_display

_MOST_HIGH = 0.72  # of the width
_HATCHES = {5: patterns.NO_DATA, 6: patterns.WITHHELD}


def town_map(villages: Sequence[Mapping[str, Any]], shares: Mapping[str, tuple[Cell, Cell]], most_listed: int | None = None) -> Drawing:
    """Return a map of shares (numerator, denominator) by village_id; where more than `most_listed` have no room for a name, their number alone."""
    values = {v["village_id"]: cell_display.share_of(*shares.get(v["village_id"], (None, None))) for v in villages}
    steps = {code: plotly_map.step_of(value) for code, value in values.items()}
    figures = {code: cell_display.text(value, is_share=True) for code, value in values.items()}
    names = {v["village_id"]: canvas.plain(v["name"]) for v in villages}
    return partial(_whole, plotly_map.town_shapes(villages), names, steps, figures, most_listed)


def _whole(
    placed: tuple[dict, dict[str, Point], bool],
    names: dict[str, str],
    steps: dict[str, int],
    figures: dict[str, str],
    most_listed: int | None,
    width: float,
) -> tuple[float, list[Mark]]:
    features, points, is_schematic = placed
    y, marks = _legend(steps, width)
    rings = {feature["id"]: _rings(feature["geometry"]) for feature in features["features"]}
    high, to_paper = _fitted([point for parts in rings.values() for ring in parts for point in ring], width, y)
    listed: list[str] = []
    over, numbers = list[Mark](), list[Mark]()
    dots = {feature["id"] for feature in features["features"] if feature["properties"]["is_dot"]}
    for code, parts in rings.items():
        at = steps[code]
        shape = tuple(tuple(to_paper(point) for point in ring) for ring in parts)
        marks.append(Area(shape, plotly_map.colours()[at], plotly_map.HATCH if at in _HATCHES else None, _HATCHES.get(at, ())))
        marks.append(Area(shape, "none", plotly_map.HATCH if code in dots else "#ffffff" if at else plotly_map.STEPS[1][1]))
        lines = [names[code], figures[code]]
        middle = to_paper(points[code])
        if max(canvas.text_width(line, SMALL) for line in lines) > _room(shape, middle):
            listed.append(f"{len(listed) + 1} {names[code]} {figures[code]}")
            numbers += _label(middle, [str(len(listed))], at)
        else:
            over += _label(middle, lines, at)
    if most_listed is not None and len(listed) > most_listed:
        listed = [_("{count} 个村（社区）的名字放不下，没有标出").format(count=len(listed))]
    else:
        over += numbers
    y += high
    note = _("示意图") if is_schematic and rings else _("圆点：没有村界，按经纬度画") if dots else ""
    if note:
        over.append(Words(0, y + SMALL, note, SMALL, QUIET))
        y += SMALL * LINE
    nowhere = _("（地图上没有位置）")
    listed += [f"{names[code]} {figures[code]} {nowhere}" for code in names if code not in rings]
    y, below = _columns(listed, width, y + 4)
    return y + 2, [*marks, *over, *below]


def _rings(geometry: dict) -> list[list[Point]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon]


def _fitted(points: list[Point], width: float, top: float) -> tuple[float, Callable[[Point], Point]]:
    """(height, degrees -> points on paper): as wide as there is room, not too high; a degree of longitude is shorter up north."""
    if not points:
        return 0.0, lambda point: point
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    low, high = min(y for _x, y in points), max(y for _x, y in points)
    shrink = math.cos(math.radians((low + high) / 2))
    scale = min(width / ((right - left) * shrink or 1), _MOST_HIGH * width / (high - low or 1))
    start = (width - (right - left) * shrink * scale) / 2
    return (high - low) * scale + 6, lambda point: (start + (point[0] - left) * shrink * scale, top + (high - point[1]) * scale)


def _room(rings: tuple[tuple[Point, ...], ...], middle: Point) -> float:
    """Return how wide a text may be around a point inside a shape, over the two lines of a label."""
    rooms = []
    for y in (middle[1] - SMALL, middle[1], middle[1] + SMALL):
        crossed = [x for ring in rings for x in _crossings(ring, y)]
        before, after = [x for x in crossed if x <= middle[0]], [x for x in crossed if x > middle[0]]
        rooms.append(2 * min(middle[0] - max(before), min(after) - middle[0]) if before and after else 0.0)
    return min(rooms)


def _crossings(ring: tuple[Point, ...], y: float) -> list[float]:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return [a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in pairs if (a[1] <= y) != (b[1] <= y)]


def _label(middle: Point, lines: list[str], step: int) -> list[Mark]:
    """The words in a shape, on a plain ground where it is hatched."""
    x, y = middle
    top = y - len(lines) * SMALL * LINE / 2
    marks: list[Mark] = []
    if step in _HATCHES:
        wide = max(canvas.text_width(line, SMALL) for line in lines) + 4
        marks.append(box(x - wide / 2, top - 1, wide, len(lines) * SMALL * LINE + 2, plotly_map.colours()[step]))
    return marks + canvas.lines_of(x, top + SMALL, lines, SMALL, "#ffffff" if step in (3, 4) else INK, "center")


def _legend(steps: dict[str, int], width: float) -> tuple[float, list[Mark]]:
    """Swatches with the number of villages on each step, as many on a line as fit; (height, marks)."""
    counts = [list(steps.values()).count(at) for at in range(7)]
    says = _("{count}个村")
    x, y = 0.0, 0.0
    marks: list[Mark] = []
    for at, name in enumerate(plotly_map.step_names()[: 7 if counts[6] else 6]):
        text = f"{name} · {says.format(count=counts[at])}"
        wide = 13 + canvas.text_width(text, SMALL) + 12
        if x and x + wide > width + 12:
            x, y = 0.0, y + SMALL * LINE + 3
        marks.append(box(x, y, 9, 9, plotly_map.colours()[at], _HATCHES.get(at, ()), plotly_map.HATCH if at in _HATCHES else "#9aa4b2"))
        marks.append(Words(x + 13, y + 8, text, SMALL, INK))
        x += wide
    return y + SMALL * LINE + 6, marks


def _columns(texts: list[str], width: float, y: float) -> tuple[float, list[Mark]]:
    """Short texts in as many columns as fit, long ones wrapped; (y below, marks)."""
    if not texts:
        return y, []
    widest = max(canvas.text_width(text, SMALL) for text in texts) + 14
    columns = max(1, int(width // widest))
    marks: list[Mark] = []
    for start in range(0, len(texts), columns):
        blocks = [canvas.wrap(text, SMALL, width / columns - 6) for text in texts[start : start + columns]]
        for at, lines in enumerate(blocks):
            marks += canvas.lines_of(at * width / columns, y + SMALL, lines, SMALL)
        y += max(map(len, blocks)) * SMALL * LINE
    return y, marks
