"""The villages of the invented town: where they lie, when they report, how they write and how well they do their work.

On the map each has the cell of the points nearest to its seed; one smooth displacement of the plane moves every point, so that borders
are crooked and still shared exactly.
"""

import cmath
import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import shapely

from etl.demo.world.chance import COUNTY_CODE, WORDS, Chance, table
from etl.demo.world.model import CannotInvent, Village
from locales import _

HABITS = table("villages")
_NAMES = [part + name for part in ("", "上", "下", "东", "西") for name in WORDS.villages]  # with parts of a large town
Point = tuple[float, float]


def invent_villages(count: int, seed: int, until: dt.date) -> tuple[list[Village], list[list[Point]]]:
    """Return the villages (1–200) and their boundary rings, in the same order; every sixth is a community, the habits go in turn."""
    if not 1 <= count <= len(_NAMES):
        raise CannotInvent(_("{count} 个村：只能编写 1 到 {most} 个，请改 --villages").format(count=count, most=len(_NAMES)))
    rng, villages, units = Chance(f"villages {seed}"), [], WORDS.town_units + WORDS.county_units
    points, rings = _lay_out(count, seed)
    for number, (longitude, latitude) in enumerate(points):
        kind, short = "社区" if number % 6 == 5 else "村", _NAMES[number]
        offices = ["村委会", "村民委员会"] if kind == "村" else ["社区居委会", "居委会"]
        village = Village(number=number, kind=kind, name=short + kind, longitude=longitude, latitude=latitude)
        village.director, village.director_phone = rng.adult(rng.choice("男女女")), rng.phone()
        village.code = f"{COUNTY_CODE}103{(1 if kind == '社区' else 201) + number:03d}"
        village.aliases = [short, *(short + office for office in offices)]
        village.linked_unit, village.is_key = units[number % len(units)], "是" if number % 5 == 2 else "否"
        for habits in ("usual_style", "usual_conduct", "styles", "conducts"):
            turn = HABITS[habits]
            vars(village).update(turn if isinstance(turn, dict) else turn[number % len(turn)])
        village.days = _reporting_days(rng, village, until)
        villages.append(village)
    return villages, rings


def _reporting_days(rng: Chance, village: Village, until: dt.date) -> list[dt.date]:
    """Return end of 2023, March 2024, then March and December of each year, none after `until`."""
    is_first = village.number == 0
    days = [dt.date(2024, 1, 9) if village.is_late_2023 else dt.date(2023, 12, 31 if is_first else rng.randint(18, 30))]
    for year in range(2024, max(until.year, 2025) + 1):
        spring = rng.randint(10, 29)
        days.append(dt.date(year, 4, spring // 2 + 3) if village.is_late_2025 and year == 2025 else dt.date(year, 3, spring))
        if year > 2024:
            days.append(dt.date(year, 12, 31 if is_first else rng.randint(24, 31)))
    return [day for day in days if day <= until] or [until]


def _lay_out(count: int, seed: int) -> tuple[list[Point], list[list[Point]]]:
    """Return label points and closed rings of `count` villages, (longitude, latitude) in degrees; a point lies in its ring."""
    rng, jitter, hull = Chance(f"map {seed}"), 0.3 / math.sqrt(count), shapely.Point(0, 0).buffer(1, quad_segs=15)
    # Seeds over the unit disc: a sunflower, jittered, then moved to the middle of their cells.
    flower = [cmath.rect(0.92 * math.sqrt((at + 0.5) / count), at * 2.39996 + rng.random() * 0.5) for at in range(count)]
    seeds = [shapely.Point(at.real * 0.9 + rng.uniform(-jitter, jitter), at.imag * 0.9 + rng.uniform(-jitter, jitter)) for at in flower]
    seeds = [cell.centroid for cell in _cells(seeds, hull)]
    bend = _displacement(rng, count)
    rings = [[bend(complex(*corner)) for corner in cell.segmentize(1 / 30).exterior.coords] for cell in _cells(seeds, hull)]
    return [bend(complex(seed.x, seed.y)) for seed in seeds], rings


def _cells(seeds: list[shapely.Point], hull: shapely.Polygon) -> list[Any]:
    """Return for every seed the part of a hull that is nearer to it than to any other."""
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=hull, ordered=True).geoms if len(seeds) > 1 else [hull]
    return [cell.intersection(hull) for cell in cells]


def _displacement(rng: Chance, count: int) -> Callable[[complex], Point]:
    """Return a smooth one-to-one bend of the plane to degrees: long waves for the shape, short ones for the crookedness."""
    size, stretch = 1.8 / math.sqrt(count), 1.15 / math.cos(math.radians(43.93))
    waves = [
        (math.tau / (length * size), cmath.rect(1, rng.random() * math.tau), height * size, rng.random() * math.tau)
        for length, height in ((2.2, 0.10), (1.3, 0.05), (0.45, 0.012), (0.28, 0.006))
        for _ in range(2)
    ]

    def bend(point: complex) -> Point:
        moves = [height * math.sin(rate * (way.conjugate() * point).real + shift) * 1j * way for rate, way, height, shift in waves]
        moved = (point + sum(moves)) * 0.11
        return round(86.42 + moved.real * stretch, 6), round(43.93 + moved.imag, 6)

    return bend
