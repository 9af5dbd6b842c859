"""Thirty readers at once on one server process, each thinking three seconds between clicks: how long the server lets them wait."""

import asyncio
import random
import statistics
import time

from tests.bench.reader import Reader, signed_in
from tests.bench.scripts import ROLES, Choices, pages_of, percentile
from tests.bench.served import Served

READERS, THINKING, SECONDS = 30, 3.0, 75.0
PAGES = ("overview", "coverage", "visits", "goals", "leads", "quality", "exports", "rows", "child")  # without those that load or compare
WAITS = dict[str, list[float]]  # seconds by kind of click


async def clicking(reader: Reader, role: str, told: Choices, chance: random.Random, until: float, waits: WAITS) -> None:
    """One reader until the end: four of ten clicks open a page, the others change a filter."""
    mine = [page for page in pages_of(role) if page in PAGES]
    await asyncio.sleep(chance.uniform(0, THINKING))
    waits["first page"].append(await reader.open("overview"))
    while True:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKING)
        if time.monotonic() > until:
            return
        kind = chance.choices(("page", "village", "month end", "any day"), (4, 3, 2, 1))[0]
        wait = await _click(reader, kind, mine, told, chance)
        waits["exports" if reader.page == "exports" else kind].append(wait)  # the plan of a day's withheld counts is a class of its own


async def _click(reader: Reader, kind: str, mine: list[str], told: Choices, chance: random.Random) -> float:
    """One click of a kind; the seconds it took."""
    if kind == "page":
        page = chance.choice(mine)
        asked = {"rows": {"share": "visit_pace_share"}, "child": {"child": told.child}}
        return await reader.open(page, **asked.get(page, {}))
    if kind == "village":
        return await reader.choose(village=chance.choice(told.villages))
    return await reader.choose(as_of=chance.choice(told.month_ends if kind == "month end" else told.days))


async def measured(served: Served, told: Choices, readers: int = READERS, seconds: float = SECONDS) -> WAITS:
    """The waits of all readers. Three accounts share their cookies: thirty sign-ins at once would wait for each other."""
    cookies = {role: signed_in(served.address, role, served.password) for role in ROLES}
    waits: WAITS = {"first page": [], "page": [], "village": [], "month end": [], "any day": [], "exports": []}
    async with asyncio.TaskGroup() as group:
        for number in range(readers):
            role = ROLES[number % len(ROLES)]
            group.create_task(_reader(served, cookies[role], role, told, random.Random(number), time.monotonic() + seconds, waits))
    return waits


async def _reader(served: Served, cookies: str, role: str, told: Choices, chance: random.Random, until: float, waits: WAITS) -> None:
    """A tab of its own."""
    async with Reader(served.address, cookies) as reader:
        await clicking(reader, role, told, chance, until, waits)


def table(waits: WAITS) -> None:
    """Median and p95 by kind of click, in ms."""
    every = [wait for kind, found in waits.items() if kind != "first page" for wait in found]
    for kind, found in (waits | {"all clicks": every}).items():
        if found:
            print(f"  {kind:10} {statistics.median(found) * 1000:5.0f} / {percentile(found, 0.95) * 1000:5.0f} ms   of {len(found)}")
