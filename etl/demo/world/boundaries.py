"""An invented map: one cell per village around a seed point, with crooked borders that neighbours share exactly.

Points are complex numbers in a round hull. The cells are those of nearest seeds, cut by half-planes; then one smooth displacement of
the plane moves every point, so a border stays one line for both of its villages.
"""

import cmath
import math
import random
from collections.abc import Callable

from etl.demo.world.tables import seeded

Point = tuple[float, float]
_CENTRE = (86.42, 43.93)
_RADIUS_DEGREES = 0.11


def lay_out(count: int, seed: int) -> tuple[list[Point], list[list[Point]]]:
    """Return label points and closed rings of `count` villages, (longitude, latitude) in degrees; a point lies in its ring."""
    rng = seeded("map", seed)
    seeds = _spread(rng, count)
    bend = _displacement(rng, count)
    rings = [[bend(point) for point in _subdivided(_cell(seeds, at, 60))] for at in range(count)]
    return [bend(point) for point in seeds], [[*ring, ring[0]] for ring in rings]


def _spread(rng: random.Random, count: int) -> list[complex]:
    """Return seeds over the unit disc: a sunflower, jittered, then moved to the middle of their cells."""
    seeds = [cmath.rect(0.92 * math.sqrt((at + 0.5) / count), at * 2.39996 + rng.random() * 0.5) for at in range(count)]
    jitter = 0.3 / math.sqrt(count)
    seeds = [point * 0.9 + complex(rng.uniform(-jitter, jitter), rng.uniform(-jitter, jitter)) for point in seeds]
    cells = [_cell(seeds, at, 24) for at in range(count)]
    return [sum(cell) / len(cell) for cell in cells]


def _cell(seeds: list[complex], at: int, corners: int) -> list[complex]:
    """Return the part of a hull with so many corners that is nearer to seed `at` than to any other."""
    ring = [cmath.rect(1, turn * math.tau / corners) for turn in range(corners)]
    for other in seeds[:at] + seeds[at + 1 :]:
        toward, middle = (other - seeds[at]).conjugate(), (other + seeds[at]) / 2
        sides = [(toward * (corner - middle)).real for corner in ring]  # below 0: on this side of the border
        part = []
        for start, end, here, there in zip(ring, ring[1:] + ring[:1], sides, sides[1:] + sides[:1], strict=True):
            part += [start] if here <= 0 else []
            part += [start + here / (here - there) * (end - start)] if here * there < 0 else []
        ring = part
    ring = [complex(round(corner.real, 7), round(corner.imag, 7)) for corner in ring]
    return [corner for at, corner in enumerate(ring) if abs(corner - ring[at - 1]) > 1e-6]


def _subdivided(ring: list[complex]) -> list[complex]:
    """Return more points along every edge, at the same places whichever way round the edge is walked."""
    points = []
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        low, high = sorted((start, end), key=lambda point: (point.real, point.imag))
        steps = max(1, min(9, round(abs(high - low) * 30)))
        inner = [low + step / steps * (high - low) for step in range(1, steps)]
        points += [start, *(inner if start == low else reversed(inner))]
    return points


def _displacement(rng: random.Random, count: int) -> Callable[[complex], Point]:
    """Return a smooth one-to-one bend of the plane to degrees: long waves for the shape, short ones for the crookedness."""
    size, stretch = 1.8 / math.sqrt(count), 1.15 / math.cos(math.radians(_CENTRE[1]))
    waves = [
        (math.tau / (length * size), cmath.rect(1, rng.random() * math.tau), height * size, rng.random() * math.tau)
        for length, height in ((2.2, 0.10), (1.3, 0.05), (0.45, 0.012), (0.28, 0.006))
        for _ in range(2)
    ]

    def bend(point: complex) -> Point:
        moves = (height * math.sin(rate * (way.conjugate() * point).real + shift) * 1j * way for rate, way, height, shift in waves)
        moved = (point + sum(moves)) * _RADIUS_DEGREES
        return round(_CENTRE[0] + moved.real * stretch, 6), round(_CENTRE[1] + moved.imag, 6)

    return bend
