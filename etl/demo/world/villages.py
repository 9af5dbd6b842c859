"""The villages of the invented town: where they lie, when they report, and how well they do their work."""

from __future__ import annotations

import datetime as dt
import random

from etl.demo.world import names
from etl.demo.world.boundaries import lay_out
from etl.demo.world.chance import seeded
from etl.demo.world.model import Conduct, Village

# The story of the dashboard: who is ahead, who lags, whose visits should be looked at. Taken in turn by village number.
CONDUCTS = (
    Conduct(paired_at_start=0.84),
    Conduct(paired_at_start=0.85, paired_later=1.0, is_covered_late=True),
    Conduct(0.68, 0.76, visits=(2, 3, 3, 4, 5), cared=0.62, trained=0.78, solved=0.66, is_late_2025=True, covers_poor=False),
    Conduct(paired_at_start=0.88, paired_later=1.0, family_share=0.85),
    Conduct(is_bursting=True, visits=(4, 5, 6, 6, 7, 8), cared=0.8, family_share=0.9),
    Conduct(paired_at_start=0.9, paired_later=1.0, visits=(6, 6, 6, 7, 8), is_covered_late=True),
    Conduct(copies_notes=True, visits=(6,), family_share=0.8, is_late_2023=True),
    Conduct(paired_at_start=0.86, paired_later=1.0, omits_zeros=True),
    Conduct(0.7, 0.82, visits=(3, 3, 4, 5, 5), cared=0.7, solved=0.78, is_late_2025=True),
    Conduct(paired_at_start=0.88, paired_later=1.0, has_cover=False, family_share=0.92),
    Conduct(paired_at_start=0.92, paired_later=1.0, visits=(6, 7, 7, 8), cared=0.95, is_covered_late=True),
    Conduct(paired_at_start=0.96, paired_later=1.0, visits=(6, 6, 7, 7, 8), cared=0.96, trained=1.0),
)


def invent_villages(count: int, seed: int, until: dt.date) -> tuple[list[Village], list[list[tuple[float, float]]]]:
    """The villages (1–40) and their boundary rings, in the same order."""
    if not 1 <= count <= len(names.VILLAGES):
        raise ValueError(f"{count} 个村:只能编写 1 到 {len(names.VILLAGES)} 个村,请改 --villages")
    rng = seeded("villages", seed)
    points, rings = lay_out(count, seed)
    return [_village(rng, number, points[number], until) for number in range(count)], rings


def _village(rng: random.Random, number: int, point: tuple[float, float], until: dt.date) -> Village:
    """One village; every sixth is a community."""
    kind = "社区" if number % 6 == 5 else "村"
    units = names.TOWN_UNITS + names.COUNTY_UNITS
    director = names.adult(rng, rng.choice("男女女"))
    village = Village(
        number=number,
        code=f"{names.TOWN_CODE}{(1 if kind == '社区' else 201) + number:03d}",
        name=names.VILLAGES[number] + kind,
        kind=kind,
        linked_unit=units[number % len(units)],
        is_key=number % 5 == 2,
        longitude=point[0],
        latitude=point[1],
        director=director,
        director_phone=names.phone(rng),
        conduct=CONDUCTS[number % len(CONDUCTS)],
    )
    village.days = _reporting_days(rng, village, until)
    return village


def _reporting_days(rng: random.Random, village: Village, until: dt.date) -> list[dt.date]:
    """End of 2023, March 2024, March and December 2025, then March and December of each year, none after `until`."""
    conduct, is_first = village.conduct, village.number == 0
    days = [dt.date(2024, 1, 9) if conduct.is_late_2023 else dt.date(2023, 12, 31 if is_first else rng.randint(18, 30))]
    for year in range(2024, max(until.year, 2025) + 1):
        spring = rng.randint(10, 29)
        days.append(dt.date(year, 4, spring // 2 + 3) if conduct.is_late_2025 and year == 2025 else dt.date(year, 3, spring))
        if year > 2024:
            days.append(dt.date(year, 12, 31 if is_first else rng.randint(24, 31)))
    return [day for day in days if day <= until] or [until]
