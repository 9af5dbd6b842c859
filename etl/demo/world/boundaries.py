"""An invented map: one cell per village around a seed point, with crooked borders that neighbours share exactly.

The cells are those of nearest seeds in a round hull, cut by half-planes; then one smooth displacement of the plane moves
every point, so a border stays one line for both of its villages.
"""

import math
import random
from collections.abc import Callable

from etl.demo.world.chance import seeded

Point = tuple[float, float]
CENTRE = (86.42, 43.93)
RADIUS_DEGREES = 0.11
STEPS = 9


def lay_out(count: int, seed: int) -> tuple[list[Point], list[list[Point]]]:
    """Return label points and closed rings of `count` villages, (longitude, latitude) in degrees; a point lies in its ring."""
    rng = seeded("map", seed)
    seeds = _spread(rng, count)
    cells = [_cell(seeds, at, _circle(60)) for at in range(count)]
    bend = _displacement(rng, count)
    rings = [[_degrees(bend(point)) for point in _subdivided(cell)] for cell in cells]
    return [_degrees(bend(point)) for point in seeds], [[*ring, ring[0]] for ring in rings]


def _circle(corners: int) -> list[Point]:
    return [(math.cos(turn * math.tau / corners), math.sin(turn * math.tau / corners)) for turn in range(corners)]


def _spread(rng: random.Random, count: int) -> list[Point]:
    """Return seeds over the unit disc: a sunflower, jittered, then moved to the middle of their cells."""
    seeds = []
    for at in range(count):
        radius, turn = 0.92 * math.sqrt((at + 0.5) / count), at * 2.39996 + rng.random() * 0.5
        seeds.append((radius * math.cos(turn), radius * math.sin(turn)))
    jitter = 0.3 / math.sqrt(count)
    seeds = [(x * 0.9 + rng.uniform(-jitter, jitter), y * 0.9 + rng.uniform(-jitter, jitter)) for x, y in seeds]
    cells = [_cell(seeds, at, _circle(24)) for at in range(count)]
    return [(sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)) for ring in cells]


def _cell(seeds: list[Point], at: int, hull: list[Point]) -> list[Point]:
    """Return the part of the hull nearer to seed `at` than to any other."""
    ring, (x, y) = hull, seeds[at]
    for other, (u, v) in enumerate(seeds):
        if other != at:
            a, b = u - x, v - y
            ring = _cut(ring, a, b, a * (x + u) / 2 + b * (y + v) / 2)
    ring = [(round(px, 7), round(py, 7)) for px, py in ring]
    return [point for at, point in enumerate(ring) if math.dist(point, ring[at - 1]) > 1e-6]


def _cut(ring: list[Point], a: float, b: float, limit: float) -> list[Point]:
    """Return the part of a convex ring where a·x + b·y <= limit."""
    kept = []
    for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True):
        here, there = a * x + b * y - limit, a * u + b * v - limit
        if here <= 0:
            kept.append((x, y))
        if (here < 0 < there) or (there < 0 < here):
            share = here / (here - there)
            kept.append((x + share * (u - x), y + share * (v - y)))
    return kept


def _subdivided(ring: list[Point]) -> list[Point]:
    """Return more points along every edge, at the same places whichever way round the edge is walked."""
    points = []
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        low, high = min(start, end), max(start, end)
        steps = max(1, min(STEPS, round(math.dist(low, high) * 30)))
        inner = [(low[0] + k / steps * (high[0] - low[0]), low[1] + k / steps * (high[1] - low[1])) for k in range(1, steps)]
        points += [start, *(inner if start == low else reversed(inner))]
    return points


def _displacement(rng: random.Random, count: int) -> Callable[[Point], Point]:
    """Return a smooth one-to-one bend of the plane: long waves for the shape, short ones for the crookedness."""
    size = 1.8 / math.sqrt(count)
    waves = []
    for length, height in ((2.2, 0.10), (1.3, 0.05), (0.45, 0.012), (0.28, 0.006)):
        for _ in range(2):
            waves.append((math.tau / (length * size), rng.random() * math.tau, height * size, rng.random() * math.tau))

    def bend(point: Point) -> Point:
        x, y = point
        moves = [(rate * (math.cos(turn) * x + math.sin(turn) * y) + shift, height, turn) for rate, turn, height, shift in waves]
        along = sum(height * math.sin(phase) * -math.sin(turn) for phase, height, turn in moves)
        across = sum(height * math.sin(phase) * math.cos(turn) for phase, height, turn in moves)
        return x + along, y + across

    return bend


def _degrees(point: Point) -> Point:
    stretch = 1 / math.cos(math.radians(CENTRE[1]))
    return round(CENTRE[0] + point[0] * RADIUS_DEGREES * stretch * 1.15, 6), round(CENTRE[1] + point[1] * RADIUS_DEGREES, 6)
