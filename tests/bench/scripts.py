"""Script time of every page for each reader: run again as it is, and with a filter changed. One reader at a time."""

import datetime as dt
import statistics
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pages.access import rights
from tests.bench.reader import Reader, signed_in
from tests.bench.served import Served

ROLES = ("centre", "leader", "reviewer")
KINDS = ("as it is", "village", "month end", "any day")
AGAIN = 9  # runs of each kind of change
AS_OF = dt.date(2025, 12, 31)
# Opened from a figure, not from the menu: what the links there ask for; a child's code is the build's own.
ASKED: dict[str, dict[str, str]] = {"rows": {"share": "visit_pace_share"}}


@dataclass(frozen=True)
class Choices:
    """What filters are changed to: names of villages, days laid down in the build, days that are not; a child to look at."""

    villages: list[str]
    month_ends: list[str]
    days: list[str]
    child: str


def choices(build: Any) -> Choices:
    """From a build: villages in the register's order, the last 24 month ends, every day of a year that is none."""
    ends = [row["as_of"] for row in build.rows("select as_of from mart_days where is_month_end order by as_of")]
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=number) for number in range(365)]
    child = build.rows("select child_id from children order by child_id limit 1")[0]["child_id"]
    names = [row["name"] for row in build.rows("select name from villages order by sort_no")]
    return Choices(names, [str(day) for day in ends[-24:]], [str(day) for day in days if day not in ends], child)


def pages_of(role: str) -> list[str]:
    """The pages of a role in the order of its menu."""
    return [name for name, roles in rights.table()["pages"].items() if role in roles]


async def measured(served: Served, told: Choices, role: str) -> dict[str, dict[str, list[dict[str, float]]]]:
    """By page and kind of change, the runs' ms on the wall and of CPU. Days are taken anew for each page, so no page finds another's."""
    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    days = iter(told.days[ROLES.index(role) % 3 :: 3])
    cookies = signed_in(served.address, role, served.password)
    for page in pages_of(role):
        async with Reader(served.address, cookies) as reader:
            await reader.open(page, **(ASKED.get(page, {}) | ({"child": told.child} if page == "child" else {})))
            own = [next(days) for _number in range(AGAIN // 2)]
            async for kind in _changes(reader, told, own):
                took = served.runs()[-1]
                found.setdefault(page, {}).setdefault(kind, []).append(took)
    return found


async def _changes(reader: Reader, told: Choices, days: list[str]) -> AsyncIterator[str]:
    """Make the changes one by one; the kind of each, once it is done."""
    for _number in range(AGAIN):
        await reader.again()
        yield "as it is"
    for kind, key, values in (("month end", "as_of", told.month_ends), ("any day", "as_of", days), ("village", "village", told.villages)):
        for value in values[:AGAIN]:
            await reader.choose(**{key: value})
            yield kind


def percentile(values: list[float], share: float) -> float:
    """The nearest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(round(share * len(ordered)), len(ordered) - 1)]


def table(by_page: dict[str, dict[str, list[dict[str, float]]]]) -> None:
    """Median and p95 of each page and kind, on the wall, and the median of CPU."""
    for page, kinds in by_page.items():
        told = "  ".join(f"{kind} {_line(kinds[kind])}" for kind in KINDS)
        print(f"  {page:10} {told}")


def _line(runs: list[dict[str, float]]) -> str:
    """Median / p95 (CPU)."""
    wall, cpu = ([run[name] for run in runs] for name in ("ms", "cpu"))
    return f"{statistics.median(wall):5.0f} /{percentile(wall, 0.95):4.0f} ({statistics.median(cpu):3.0f})"


def summary(by_role: dict[str, dict[str, dict[str, list[dict[str, float]]]]]) -> None:
    """All pages and readers together, by kind of change."""
    for kind in KINDS:
        runs = [run for pages in by_role.values() for kinds in pages.values() for run in kinds[kind]]
        print(f"  {kind:10} {_line(runs)}   of {len(runs)}")
    every = [run for pages in by_role.values() for kinds in pages.values() for runs in kinds.values() for run in runs]
    print(f"  {'all':10} {_line(every)}   of {len(every)}")
