"""The villages of the invented town: where they lie, when they report, and how well they do their work."""

import datetime as dt
import random

from etl.demo.world import names
from etl.demo.world.boundaries import Point, lay_out
from etl.demo.world.chance import seeded
from etl.demo.world.model import Village
from etl.demo.world.tables import habits

CONDUCTS = habits("conduct")


def invent_villages(count: int, seed: int, until: dt.date) -> tuple[list[Village], list[list[Point]]]:
    """Return the villages (1–40) and their boundary rings, in the same order."""
    if not 1 <= count <= len(names.VILLAGES):
        raise ValueError(f"{count} 个村:只能编写 1 到 {len(names.VILLAGES)} 个村,请改 --villages")
    rng = seeded("villages", seed)
    points, rings = lay_out(count, seed)
    return [_village(rng, number, points[number], until) for number in range(count)], rings


def _village(rng: random.Random, number: int, point: Point, until: dt.date) -> Village:
    """Return one village; every sixth is a community."""
    kind = "社区" if number % 6 == 5 else "村"
    units = names.TOWN_UNITS + names.COUNTY_UNITS
    village = Village(
        number=number,
        director=names.adult(rng, rng.choice("男女女")),
        director_phone=names.phone(rng),
        code=f"{names.TOWN_CODE}{(1 if kind == '社区' else 201) + number:03d}",
        name=names.VILLAGES[number] + kind,
        kind=kind,
        linked_unit=units[number % len(units)],
        is_key=number % 5 == 2,
        longitude=point[0],
        latitude=point[1],
        conduct=CONDUCTS[number % len(CONDUCTS)],
    )
    village.days = _reporting_days(rng, village, until)
    return village


def _reporting_days(rng: random.Random, village: Village, until: dt.date) -> list[dt.date]:
    """Return end of 2023, March 2024, then March and December of each year, none after `until`."""
    conduct, is_first = village.conduct, village.number == 0
    days = [dt.date(2024, 1, 9) if conduct.is_late_2023 else dt.date(2023, 12, 31 if is_first else rng.randint(18, 30))]
    for year in range(2024, max(until.year, 2025) + 1):
        spring = rng.randint(10, 29)
        days.append(dt.date(year, 4, spring // 2 + 3) if conduct.is_late_2025 and year == 2025 else dt.date(year, 3, spring))
        if year > 2024:
            days.append(dt.date(year, 12, 31 if is_first else rng.randint(24, 31)))
    return [day for day in days if day <= until] or [until]
