"""Maps of the town as plotly dicts, without a network: plotly.js would fetch a world's outline first, so it gets an empty one.

Darker = more to do, five fixed steps that do not change with the filter (look.md). Without boundaries the shapes are the
Voronoi cells of the village points, and the map says that it is schematic. With boundaries, a village that has none is a dot.
"""

import html
import json
import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from locales import _
from pages.charts import patterns
from pages.text import formatting
from warehouse.disclosure import cell_display

STEPS = ((1.0, "#f1f5f9"), (0.95, "#c6dbef"), (0.85, "#6baed6"), (0.70, "#2171b5"), (-1.0, "#08306b"))
_ON_DARK = ("#1f2d3d", "#1f4e79", "#2f7bbf", "#8cc4f0", "#e3f1ff")  # the steps on a dark page
NO_DATA, WITHHELD = "#d6d3d1", "#f5f5f4"  # both hatched, each in its own way
HATCH = "#78716c"
_LARGE = 620  # pixels of a large map: most of a window
_DOT = 0.025  # radius of a village without a boundary, of the longer side of the map
_NARROW, _LABEL_HEIGHT = (260, 300), 30  # pixels between the outermost labels of a phone's map, and of a label's two lines
FONT = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
_LAYERS = ("coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits")
_EMPTY: dict[str, Any] = {"type": "Topology", "arcs": [], "bbox": [-180, -90, 180, 90]}
_EMPTY["objects"] = {name: {"type": "GeometryCollection", "geometries": []} for name in _LAYERS}
# The '#' swallows the file name that plotly.js appends.
TOPOLOGY = "data:application/json," + quote(json.dumps(_EMPTY, separators=(",", ":"))) + "#"


def step_of(value: float | cell_display.Shown | None) -> int:
    """Return the step of a share: 0 (100 %) to 4 (under 70 %); 5 without a figure, 6 withheld (Shown; a page's masked count has no step)."""
    if value is None or isinstance(value, cell_display.Shown):
        return 6 if value is cell_display.Shown.WITHHELD else 5
    return next(at for at, (least, _colour) in enumerate(STEPS) if value >= least)


def step_names() -> list[str]:
    """Return the steps in words, then no data and withheld."""
    return ["100%", "95–<100%", "85–<95%", "70–<85%", "<70%", _("无数据"), _("不公布")]


def colours(is_dark: bool = False) -> list[str]:
    """Return the colours of the steps, then of no data and withheld. What lacks most stands out from the ground, on a dark one too."""
    return ([*_ON_DARK] if is_dark else [colour for _least, colour in STEPS]) + [NO_DATA, WITHHELD]


def town_shapes(villages: Sequence[Mapping[str, Any]]) -> tuple[dict, dict[str, tuple[float, float]], bool]:
    """Return (GeoJSON, label point by village, is schematic) of rows of the register."""
    return shapes(tuple((v["village_id"], v["longitude"], v["latitude"], v["boundary"]) for v in villages))


@lru_cache(maxsize=8)
def shapes(villages: tuple[tuple[str, float | None, float | None, str | None], ...]) -> tuple[dict, dict[str, tuple[float, float]], bool]:
    """Return (GeoJSON, label point by village, is schematic) of (village_id, longitude, latitude, boundary) rows."""
    from shapely.geometry import mapping, shape
    from shapely.geometry.polygon import orient

    boundaries = {code: shape(json.loads(boundary)) for code, _x, _y, boundary in villages if boundary}
    places = {code: (x, y) for code, x, y, _b in villages if x is not None and y is not None and abs(x) <= 180 and abs(y) <= 85}
    dots = _dots(boundaries, places)
    features, points = [], {}
    for code, area in ({**boundaries, **dots} or _cells([(code, *place) for code, place in places.items()])).items():
        parts = [orient(part, -1.0) for part in getattr(area, "geoms", [area])]  # plotly.js fills the outside of other rings
        geometry = mapping(parts[0])
        if len(parts) > 1:
            geometry = {"type": "MultiPolygon", "coordinates": [mapping(part)["coordinates"] for part in parts]}
        features.append({"type": "Feature", "id": code, "properties": {"is_dot": code in dots}, "geometry": geometry})
        inside = area.representative_point() if not area.contains(area.centroid) else area.centroid
        points[code] = (inside.x, inside.y)
    return {"type": "FeatureCollection", "features": features}, points, not boundaries


def _dots(boundaries: dict[str, Any], places: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """Return a dot for each village that has a place but no boundary, beside villages that have one; none for a place far from all."""
    from shapely import affinity, total_bounds
    from shapely.geometry import Point, box

    if not boundaries:
        return {}
    west, south, east, north = total_bounds(list(boundaries.values()))
    around = box(west, south, east, north).buffer(max(east - west, north - south, 0.5))
    alone = {code: Point(place) for code, place in places.items() if code not in boundaries}
    near = {code: point for code, point in alone.items() if around.contains(point)}
    west, south, east, north = total_bounds([*boundaries.values(), *near.values()])
    radius = _DOT * max(east - west, north - south)
    return {code: affinity.scale(point.buffer(radius), 1 / math.cos(math.radians(point.y))) for code, point in near.items()}


def off_map(villages: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the names of the villages that are dots for want of a boundary, and of those that have no place either."""
    is_dot = {feature["id"]: feature["properties"]["is_dot"] for feature in town_shapes(villages)[0]["features"]}
    dots = [v["name"] for v in villages if is_dot.get(v["village_id"])]
    return dots, [v["name"] for v in villages if v["village_id"] not in is_dot]


def _cells(points: list[tuple[str, float, float]]) -> dict[str, Any]:
    """Return the Voronoi cells of village points inside a buffered hull; of equal points the first gets the cell."""
    from shapely import voronoi_polygons
    from shapely.geometry import MultiPoint, Point

    first = {(x, y): code for code, x, y in reversed(points)}
    if not first:
        return {}
    cloud = MultiPoint(list(first))
    reach = 0.6 * max(cloud.bounds[2] - cloud.bounds[0], cloud.bounds[3] - cloud.bounds[1], 0.02) / max(len(first) ** 0.5, 1)
    hull = cloud.convex_hull.buffer(reach)
    if len(first) == 1:
        return dict.fromkeys(first.values(), hull)
    cells = [cell.intersection(hull) for cell in voronoi_polygons(cloud, extend_to=hull).geoms]
    return {code: next(cell for cell in cells if cell.covers(Point(place))) for place, code in first.items()}


def _fitting(points: dict[str, tuple[float, float]], names: dict[str, str], order: list[str]) -> set[str]:
    """Return the villages whose label (name above figure) fits beside those before it in `order`, on a map as wide as a phone's."""
    if not points:
        return set()
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points.values(), strict=True))
    stretch = math.cos(math.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = min(_NARROW[0] / max((east - west) * stretch, 1e-9), _NARROW[1] / max(north - south, 1e-9))
    placed: dict[str, tuple[float, float, float]] = {}
    for code in order:
        x, y, half = points[code][0] * stretch * scale, points[code][1] * scale, 6 * max(len(names[code]), 4)
        if all(abs(x - other_x) >= half + other or abs(y - other_y) >= _LABEL_HEIGHT for other_x, other_y, other in placed.values()):
            placed[code] = (x, y, half)
    return set(placed)


def town_map(
    villages: list[dict],
    shares: dict[str, tuple[int, int]],
    measure: str,
    chosen: str | None = None,
    withheld: Collection[str] = (),
    title: str = "",
    is_dark: bool = False,
) -> dict:
    """Draw a choropleth of shares (numerator, denominator) by village; `measure` names them on hover.

    With a title the map is large: title and legend are in it, so that they stay in full screen, and it can be moved and zoomed.

    Labels that would lie over one of a needier village are left out: hover and the list beside the map show the figure.
    Villages `withheld` have a hatch of their own and say nothing on hover, whatever `shares` holds for them.
    """
    collection, points, is_schematic = town_shapes(villages)
    dots = {feature["id"]: feature["geometry"]["coordinates"][0] for feature in collection["features"] if feature["properties"]["is_dot"]}
    points = points | {
        code: (points[code][0], 1.2 * min(y for _x, y in ring) - 0.2 * points[code][1]) for code, ring in dots.items()
    }  # below
    names = {v["village_id"]: html.escape(v["name"]) for v in villages}  # plotly reads its texts as markup
    order = [feature["id"] for feature in collection["features"] if feature["id"] in names]
    parts = {code: (0, 0) if code in withheld else shares.get(code, (0, 0)) for code in order}
    values = {code: (n / d if d else None) for code, (n, d) in parts.items()}
    steps = [6 if code in withheld else step_of(values[code]) for code in order]
    hover = ["" if code in withheld else f"<b>{names[code]}</b><br>{measure}<br>{formatting.share(*parts[code])}" for code in order]
    figures = [cell_display.sign(cell_display.Shown.WITHHELD) if code in withheld else formatting.percent(values[code]) for code in order]
    step = dict(zip(order, steps, strict=True))
    labelled = _fitting(
        points, {v["village_id"]: v["name"] for v in villages}, sorted(order, key=lambda code: (step[code] > 4, -step[code]))
    )
    areas = {
        "type": "choropleth", "geojson": collection, "featureidkey": "id", "locations": order, "z": steps, "zmin": -0.5, "zmax": 6.5,
        "colorscale": scale(is_dark), "showscale": False, "hovertext": hover,
        "hoverinfo": ["none" if code in withheld else "text" for code in order],
        "marker": {"line": {"color": ["#e0a100" if code == chosen else HATCH if code in dots else "#ffffff" for code in order], "width": [3 if code == chosen else 1.2 for code in order]}},
        "selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}},
    }  # fmt: skip
    labels = {
        "type": "scattergeo", "mode": "text", "hoverinfo": "skip", "showlegend": False,
        "lon": [points[code][0] for code in order], "lat": [points[code][1] for code in order],
        "text": [f"{names[code]}<br>{figure}" if code in labelled else "" for code, figure in zip(order, figures, strict=True)],
        "textposition": ["bottom center" if code in dots else "middle center" for code in order],
        "textfont": {"size": 12, "family": FONT, "color": [_ink(step[code], code in dots, is_dark) for code in order]},
    }  # fmt: skip
    note = [{"text": _("示意图"), "x": 0.01, "y": 0.01, "xref": "paper", "yref": "paper", "showarrow": False, "font": {"size": 12}}]
    layout = {
        "geo": {"visible": False, "fitbounds": "locations", "projection": {"type": "mercator"}, "bgcolor": "rgba(0,0,0,0)"},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "height": 440, "paper_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
        "annotations": note if is_schematic else [], "font": {"family": FONT}, "clickmode": "event+select",
    }  # fmt: skip
    key = []
    if title:
        layout |= {"height": _LARGE, "dragmode": "pan", "showlegend": True, "margin": {"l": 0, "r": 0, "t": 36, "b": 0}}
        layout |= {
            "title": {"text": title, "x": 0.01, "y": 0.985, "font": {"size": 15}},
            "legend": {"orientation": "h", "y": 0.02, "x": 0.01},
        }
        key = [
            {"type": "scattergeo", "lon": [None], "lat": [None], "mode": "markers", "name": name, "marker": {"symbol": "square", "size": 12, "color": colour, "line": {"color": HATCH, "width": 0.5}}}
            for name, colour in zip(_counted(shares, withheld), colours(is_dark), strict=False)
        ]  # fmt: skip
    return {"data": [areas, *_hatch_traces(collection, step), *key, labels], "layout": layout}


def _hatch_traces(collection: dict, steps: dict[str, int]) -> list[dict]:
    traces = []
    for step, slants in ((5, patterns.NO_DATA), (6, patterns.WITHHELD)):
        geometries = [json.dumps(feature["geometry"]) for feature in collection["features"] if steps.get(feature["id"]) == step]
        traces += [patterns.trace(geometries, slants, HATCH)] if geometries else []
    return traces


def _ink(step: int, is_dot: bool, is_dark: bool) -> str:
    """Return the colour of a label: of a dot it stands on the page, else on the colour of its step."""
    is_light = is_dark if is_dot else step in ((0, 1, 2) if is_dark else (3, 4))
    return "#ffffff" if is_light else "#1b2430"


def scale(is_dark: bool = False) -> list[list]:
    """Return a colour scale of flat steps for z = 0…6."""
    return [[place / 7, colour] for at, colour in enumerate(colours(is_dark)) for place in (at, at + 1)]


def _counted(shares: dict[str, tuple[int, int]], withheld: Collection[str]) -> list[str]:
    """Return the names of the steps with the number of villages on each; of those withheld where there are any."""
    counts = [0] * 6 + [len(withheld)]
    for numerator, denominator in (parts for code, parts in shares.items() if code not in withheld):
        counts[step_of(numerator / denominator if denominator else None)] += 1
    text = _("{count}个村")
    return [f"{name} · {text.format(count=count)}" for name, count in zip(step_names(), counts, strict=True)][: 7 if withheld else 6]


def legend(shares: dict[str, tuple[int, int]], withheld: Collection[str] = (), is_dark: bool = False) -> str:
    """Return the steps as markup with the number of villages on each; withheld ones where there are any."""
    grounds = [
        *colours(is_dark)[:5],
        patterns.swatch(patterns.NO_DATA, HATCH, NO_DATA),
        patterns.swatch(patterns.WITHHELD, HATCH, WITHHELD),
    ]
    items = [
        f'<span><i style="background:{ground}"></i>{name}</span>' for name, ground in zip(_counted(shares, withheld), grounds, strict=False)
    ]
    return f'<div class="steps">{"".join(items)}</div>'


def map_text(villages: list[dict], shares: dict[str, tuple[int, int]], measure: str, withheld: Collection[str] = ()) -> str:
    """Return the alternative text of a map, made from its figures."""
    names = {village["village_id"]: village["name"] for village in villages}
    no_parts = (0, 0)
    figures = {code: _("不公布") if code in withheld else formatting.share(*shares.get(code, no_parts)) for code in names}
    return measure + ": " + "; ".join(f"{names[code]} {figures[code]}" for code in names)
