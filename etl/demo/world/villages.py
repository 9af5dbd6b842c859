"""The villages of the invented town: where they lie, when they report, how they write and how well they do their work."""

import datetime as dt
import random
from typing import Any

from etl.demo.world import names
from etl.demo.world.boundaries import Point, lay_out
from etl.demo.world.model import Village
from etl.demo.world.tables import WORDS, seeded, table

HABITS = table("villages")
_UNITS = WORDS.town_units + WORDS.county_units
_PARTS = ("", "上", "下", "东", "西")  # of a large town, before the name


def invent_villages(count: int, seed: int, until: dt.date) -> tuple[list[Village], list[list[Point]]]:
    """Return the villages (1–200) and their boundary rings, in the same order."""
    most = len(WORDS.villages) * len(_PARTS)
    if not 1 <= count <= most:
        raise ValueError(f"{count} 个村:只能编写 1 到 {most} 个村,请改 --villages")
    rng = seeded("villages", seed)
    points, rings = lay_out(count, seed)
    return [_village(rng, number, points[number], until) for number in range(count)], rings


def _village(rng: random.Random, number: int, point: Point, until: dt.date) -> Village:
    """Return one village; every sixth is a community, and the habits go in turn."""
    kind, short = "社区" if number % 6 == 5 else "村", _PARTS[number // len(WORDS.villages)] + WORDS.villages[number % len(WORDS.villages)]
    offices = ["村委会", "村民委员会"] if kind == "村" else ["社区居委会", "居委会"]
    habits: dict[str, Any] = HABITS["usual_style"] | HABITS["usual_conduct"]
    for turn in (HABITS["styles"], HABITS["conducts"]):
        habits |= turn[number % len(turn)]
    village = Village(**habits, number=number, kind=kind, name=short + kind, aliases=[short, *(short + office for office in offices)])
    village.director, village.director_phone = names.adult(rng, rng.choice("男女女")), names.phone(rng)
    village.code = f"{names.COUNTY_CODE}103{(1 if kind == '社区' else 201) + number:03d}"
    village.linked_unit, village.is_key = _UNITS[number % len(_UNITS)], "是" if number % 5 == 2 else "否"
    village.longitude, village.latitude = point
    village.days = _reporting_days(rng, village, until)
    return village


def _reporting_days(rng: random.Random, village: Village, until: dt.date) -> list[dt.date]:
    """Return end of 2023, March 2024, then March and December of each year, none after `until`."""
    is_first = village.number == 0
    days = [dt.date(2024, 1, 9) if village.is_late_2023 else dt.date(2023, 12, 31 if is_first else rng.randint(18, 30))]
    for year in range(2024, max(until.year, 2025) + 1):
        spring = rng.randint(10, 29)
        days.append(dt.date(year, 4, spring // 2 + 3) if village.is_late_2025 and year == 2025 else dt.date(year, 3, spring))
        if year > 2024:
            days.append(dt.date(year, 12, 31 if is_first else rng.randint(24, 31)))
    return [day for day in days if day <= until] or [until]
