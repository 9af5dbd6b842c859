"""Village boundaries (GeoJSON, RFC 7946): bytes to one area per village code, and why others cannot be used.

`read_geojson` runs in a worker with limits as every file does: a shape may cross itself a million times. `usable` then holds what came
out against the town's register. A reason is a code of `checks/rules/words.toml`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from etl.files.source_file import Unreadable

MOST_BYTES = 10 * 2**20
CODE = "boundary_faulty"
_LEAST_AREA = 1e-10  # square degrees: about a square metre
_DEGREES = re.compile(r'"(\S*CRS:?84|\S*EPSG:{1,2}(4326|4490)|WGS\W?84|CGCS\W?2000)"', re.IGNORECASE)  # a name of degrees
Box = tuple[float, float, float, float]  # west, south, east, north
Place = tuple[float | None, float | None]
_EARTH, CHINA = (-180.0, -90.0, 180.0, 90.0), (73.0, 3.0, 136.0, 54.0)


@dataclass
class Boundaries:
    """A file's areas by village code, as (GeoJSON geometry, bounds), and its faults as (reason, code of the village or "")."""

    areas: dict[str, tuple[str, Box]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)


def is_geojson(content: bytes) -> bool:
    """Return whether bytes begin as a JSON object does, in any of its encodings."""
    return content[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"{")


def read_geojson(content: bytes) -> Boundaries:
    """Return the areas of a GeoJSON file; raises `Unreadable` for a file that is none."""
    if len(content) > MOST_BYTES:
        raise Unreadable(CODE, "boundary_too_large")
    try:
        try:
            text = content.decode(json.detect_encoding(content))
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        document = json.loads(text)
        boundaries, geometries = Boundaries(), defaultdict(list)
        for feature in document["features"]:
            geometries[_village_code((feature.get("properties") or {}).get("village_code"))].append(feature.get("geometry"))
        if not geometries:
            raise ValueError
        if (crs := document.get("crs")) and not _DEGREES.search(json.dumps(crs)):
            boundaries.faults.append(("boundary_crs", ""))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise Unreadable(CODE, "boundary_not_geojson") from error
    for code, shapes in geometries.items():
        try:
            area = _area(shapes) if code else "boundary_no_code"
        except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError):
            area = "boundary_unreadable"
        except Exception:  # GEOS in want of memory
            area = "boundary_too_large"
        if isinstance(area, str):
            boundaries.faults.append((area, code))
            continue
        boundaries.areas[code] = area
        if len(shapes) > 1:
            boundaries.faults.append(("boundary_given_twice", code))
    if sum(len(text) for text, _bounds in boundaries.areas.values()) > 2 * MOST_BYTES:  # a shape that crosses itself falls into thousands
        raise Unreadable(CODE, "boundary_too_large")
    return boundaries


def _village_code(value: Any) -> str:
    """Return a village's code as text; programs for maps write it as a number, some with decimals."""
    return re.sub(r"\.0+$", "", str("" if value is None else value).strip())


def _area(geometries: list[Any]) -> tuple[str, Box] | str:
    """Return the union of all polygons and its bounds, or the reason where they have no area."""
    import shapely

    parts = [part for geometry in geometries for part in _polygons(geometry)]
    valid = [part if part.is_valid else shapely.make_valid(part, method="structure", keep_collapsed=False) for part in parts]
    area = valid[0] if len(valid) == 1 else shapely.union_all(valid)
    if area.area < _LEAST_AREA:
        return "boundary_no_area"
    return json.dumps(shapely.geometry.mapping(area)), area.bounds


def _polygons(geometry: Any) -> Iterator[Any]:
    import shapely

    kind = geometry["type"] if geometry is not None else None
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _polygons(part)
    elif kind in ("Polygon", "MultiPolygon"):
        for rings in [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]:
            shell, *holes = [[_position(*position) for position in ring] for ring in rings] or [[]]
            yield shapely.Polygon(shell if len(shell) > 2 else [], [hole for hole in holes if len(hole) > 2 and len(shell) > 2])


def _position(longitude: Any, latitude: Any, *_height: Any) -> tuple[float, float]:
    """Return a position; raises ValueError or TypeError for what are no numbers of this world."""
    if not (abs(longitude) < 1e9 and abs(latitude) < 1e9):  # nor NaN
        raise ValueError
    return float(longitude), float(latitude)


def usable(boundaries: Boundaries, register: Mapping[str, Place]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return geometry by village, of those that lie where the register's villages do; and the faults of all others."""
    around, faults, taken = _surroundings(register), list(boundaries.faults), {}
    for code, (geometry, bounds) in boundaries.areas.items():
        if reason := _misplaced(bounds, around):
            faults.append((reason, code))
        elif code in register:
            taken[code] = geometry
    codes = {code for _reason, code in boundaries.faults} | set(boundaries.areas)
    faults = [fault for fault in faults if fault[1] in register or not fault[1]]
    faults += [("boundary_code_unknown", code) for code in sorted(codes - set(register) - {""})]
    return ({} if ("boundary_crs", "") in faults else taken), faults


def _surroundings(register: Mapping[str, Place]) -> Box:
    """Return the box around the register's points, wider by its own width or by half a degree; China without any point."""
    points = [(x, y) for x, y in register.values() if x is not None and y is not None and is_within((x, y, x, y), CHINA)]
    if not points:
        return CHINA
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    reach = max(east - west, north - south, 0.5)
    return west - reach, south - reach, east + reach, north + reach


def _misplaced(bounds: Box, around: Box) -> str | None:
    west, south, east, north = bounds
    if is_within(bounds, around):
        return None
    if any(is_within((south, west, north, east), box) for box in (around, CHINA)):
        return "boundary_swapped"
    return "boundary_far" if is_within(bounds, _EARTH) else "boundary_metres"


def is_within(box: Box, other: Box) -> bool:
    """Return whether a box lies in another."""
    return box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]
