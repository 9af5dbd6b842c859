"""Hatch lines inside the shapes of a map. Plotly fills shapes with plain colour only, so the lines are a trace of their own."""

import json
from collections.abc import Sequence
from functools import lru_cache

LINES = 14  # across the longer side of a shape
NO_DATA, WITHHELD = ("/",), ("\\", "|")  # directions of the lines; both kinds of shape differ in black and white too


@lru_cache(maxsize=64)
def lines(shape_json: str, slants: tuple[str, ...]) -> tuple[list[float | None], list[float | None]]:
    """Return (longitudes, latitudes) of hatch lines clipped to a GeoJSON geometry, None between two lines."""
    from shapely.geometry import LineString, shape

    area = shape(json.loads(shape_json)).buffer(0)
    left, low, right, high = area.bounds
    side = max(right - left, high - low)
    longitudes: list[float | None] = []
    latitudes: list[float | None] = []
    for slant in slants:
        for at in range(2 * LINES):
            start = left - side + at * side / LINES
            ends = {
                "/": ((start, low), (start + side, low + side)),
                "\\": ((start + side, low), (start, low + side)),
                "|": ((start, low), (start, high)),
            }
            segments = area.intersection(LineString(ends[slant]))
            for part in getattr(segments, "geoms", [segments]):
                if part.geom_type == "LineString" and not part.is_empty:
                    longitudes += [*(x for x, _y in part.coords), None]
                    latitudes += [*(y for _x, y in part.coords), None]
    return longitudes, latitudes


def trace(geometries: Sequence[str], slants: tuple[str, ...], colour: str) -> dict:
    """Return a trace of the lines of some shapes; it answers no pointer, so that the shape below still does."""
    hatches = [lines(geometry, slants) for geometry in geometries]
    return {
        "type": "scattergeo", "mode": "lines", "hoverinfo": "skip", "showlegend": False,
        "lon": [x for longitudes, _latitudes in hatches for x in longitudes], "lat": [y for _longitudes, latitudes in hatches for y in latitudes],
        "line": {"color": colour, "width": 1},
    }  # fmt: skip


def swatch(slants: tuple[str, ...], colour: str, ground: str) -> str:
    """Return the same hatch as CSS for a legend."""
    turns = {"/": "135deg", "\\": "45deg", "|": "90deg"}
    layers = [f"repeating-linear-gradient({turns[slant]},{colour} 0 1px,transparent 1px 4px)" for slant in slants]
    return ",".join([*layers, f"linear-gradient({ground},{ground})"])
