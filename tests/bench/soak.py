"""Thirty readers, a loader and an exporter on one home for half an hour: what grows, what fails, what is lost.

The readers click over websockets (tests/bench/sessions.py); the loader takes a ledger out and in again by the command; the exporter is
a process of its own that writes internal and public tables in turn. Every 30 seconds the server's memory, threads and open files, and
the files and bytes of the home are looked at. After the first third nothing may grow by more than the bounds below.

Run: python -m tests.bench.soak [--minutes 30] [--readers 30] (exit code 1 where something grew, failed or was lost)
"""

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import ClassVar

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.bench import scripts, sessions
from tests.bench.reader import Reader, signed_in
from tests.bench.served import NEWEST, ROOT, Served, demo_home, serving

EVERY = 30.0
BROKEN = "没能显示完整"  # of the sentence in place of a page that broke off (pages/main.py)
# By what a sample holds, how much its last third may lie above its second third: medians, so that one busy moment is none.
MOST = {"memory MiB": 0.10, "threads": 0.10, "open files": 0.10, "home files": 0.05}
EXPORTER = """
import datetime as dt, os, sys
from pathlib import Path
from typing import ClassVar
from pages.data.queries import Figures, Reader
from pages.downloads import export_service
from warehouse import row_access
from warehouse.audit import trail
from warehouse.disclosure import release_log
from warehouse.storage import build_files
tables, number = export_service.wanted(["coverage", "visits"], ["town", "village"]), 0
for _line in sys.stdin:
    build = str(build_files.published(build_files.home()))
    figures = Figures(build, Reader(row_access.WHOLE, 0), dt.date(2025, 12, 31))
    figures = figures.on(figures.months()[-1 - number // 2 % 6])
    order = release_log.Order(build, figures.day, "xlsx", "li", "centre", edition=("internal", "public")[number % 2])
    export_service.table_file(figures, tables, order, {}, trail.recorder_for("li", "centre", "10.0.0.9"))
    number += 1
    print(number, flush=True)
"""


class Watching(Reader):
    """A reader that notices what it should not see."""

    faults: ClassVar[list[str]] = []

    def _take(self, message: ForwardMsg) -> None:
        super()._take(message)
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception" or BROKEN in element.alert.body:
            self.faults.append(f"{self.page}: {element.exception.type or BROKEN}")


class Beside:
    """The loader and the exporter, each in a thread of the bench that waits for its processes."""

    def __init__(self, home: Path) -> None:
        self.home, self.is_over, self.faults = home, threading.Event(), list[str]()
        self.published: list[str] = []
        self.exported = 0
        self.threads = [threading.Thread(target=work) for work in (self._load, self._export)]

    def _load(self) -> None:
        from warehouse.builds import repository
        from warehouse.storage import build_files

        environment = os.environ | {"TONGXING_HOME": str(self.home)}
        ledger = next(path for path in sorted((self.home / "ledgers").iterdir()) if NEWEST[0] in path.name)
        is_in = True
        while not self.is_over.wait(5):
            sql = "select file_id from ledger_files where fault is null and file = $file"
            found = repository.open_build(self.home).rows(sql, {"file": ledger.name}) if is_in else []
            words = ["--without", found[0]["file_id"]] if found else [str(ledger)]
            done = subprocess.run([sys.executable, "-m", "etl", "load", *words], cwd=ROOT, env=environment, capture_output=True, text=True)
            said = re.search(r"已发布：(\S+)", done.stdout)
            if not said or said[1] != build_files.published(self.home):
                self.faults.append(f"load ended with {done.returncode}: {done.stderr.strip()[-200:]}")
            else:
                self.published.append(said[1])
            is_in = not is_in

    def _export(self) -> None:
        environment = os.environ | {"TONGXING_HOME": str(self.home)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        with subprocess.Popen([sys.executable, "-c", EXPORTER], cwd=ROOT, env=environment, **pipes) as process:
            while not self.is_over.wait(2):
                process.stdin.write("\n")
                process.stdin.flush()
                if not process.stdout.readline():
                    self.faults.append("the exporter ended")
                    return
                self.exported += 1
            process.stdin.close()


def sample(served: Served, home: Path) -> dict[str, float]:
    """What may grow, now; of the home's files not those that are written to alone: the register and the trail grow by every act."""
    process, paths = Path(f"/proc/{served.process}"), [path for path in home.rglob("*") if path.is_file()]
    sizes = {path: path.stat().st_size for path in paths if path.exists()}
    grown = sum(size for path, size in sizes.items() if path.parent.name in ("publications", "audit") or path.name == "runs.jsonl")
    return {
        "memory MiB": served.mebibytes(),
        "threads": len(list((process / "task").iterdir())),
        "open files": len(list((process / "fd").iterdir())),
        "home files": len(sizes),
        "home MiB": (sum(sizes.values()) - grown) / 2**20,
        "register, trail MiB": grown / 2**20,
    }


async def soaked(served: Served, home: Path, readers: int, minutes: float) -> tuple[list[dict[str, float]], sessions.WAITS]:
    """The samples and the readers' waits."""
    from warehouse.builds import repository

    told = scripts.choices(repository.open_build(home))
    cookies = {role: signed_in(served.address, role, served.password) for role in scripts.ROLES}
    waits: sessions.WAITS = {kind: [] for kind in ("first page", "page", "village", "month end", "any day", "exports")}
    begun, samples = time.monotonic(), list[dict[str, float]]()

    async def reading(number: int) -> None:
        role = scripts.ROLES[number % len(scripts.ROLES)]
        chance = random.Random(number)
        while time.monotonic() < begun + minutes * 60:  # a tab is closed after some minutes, and another opened
            async with Watching(served.address, cookies[role]) as reader:
                until = min(begun + minutes * 60, time.monotonic() + chance.uniform(60, 240))
                await sessions.clicking(reader, role, told, chance, until, waits)

    async def looking() -> None:
        print("  minute  " + "  ".join(MOST) + "  home MiB  register, trail MiB  load", flush=True)
        while time.monotonic() < begun + minutes * 60:
            await asyncio.sleep(EVERY)
            samples.append(sample(served, home))
            numbers = "  ".join(f"{value:{len(name)}.0f}" for name, value in samples[-1].items())
            print(f"  {(time.monotonic() - begun) / 60:6.1f}  {numbers}  {os.getloadavg()[0]:4.1f}", flush=True)

    async with asyncio.TaskGroup() as group:
        for number in range(readers):
            group.create_task(reading(number))
        group.create_task(looking())
    return samples, waits


def growth(samples: list[dict[str, float]]) -> list[str]:
    """What the last third holds more than the second beyond its bound."""
    third, says = len(samples) // 3, []
    for name, most in MOST.items():
        middle, last = (sorted(row[name] for row in part)[third // 2] for part in (samples[third : 2 * third], samples[-third:]))
        print(f"  {name}: {middle:.0f} in the second third, {last:.0f} in the last ({last / middle - 1:+.1%}, at most {most:+.0%})")
        says += [f"{name} grew from {middle:.0f} to {last:.0f}"] if last > middle * (1 + most) else []
    return says


def main() -> int:
    """Soak and judge."""
    from warehouse.audit import trail, verification
    from warehouse.disclosure import receipts

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--home", type=Path, help="a demo home that is there already; it is written to")
    chosen = parser.parse_args()
    with demo_home(chosen.home) as home:
        before = len(trail.entries(home, "load")), len(receipts.receipts(home))
        beside = Beside(home)
        with serving(home) as served:
            for thread in beside.threads:
                thread.start()
            try:
                samples, waits = asyncio.run(soaked(served, home, chosen.readers, chosen.minutes))
            finally:
                beside.is_over.set()
                for thread in beside.threads:
                    thread.join()
        sessions.table(waits)
        faults = [*beside.faults, *Watching.faults, *growth(samples), *verification.verify(home)]
        entered, loads = len(receipts.receipts(home)) - before[1], len(trail.entries(home, "load")) - before[0]
        faults += [f"{beside.exported} exported, {entered} in the register"] if entered != beside.exported else []
        faults += [f"{len(beside.published)} published, {loads} recorded"] if loads != len(beside.published) else []
        print(f"  exports: {beside.exported}, in the register {entered}; loads published: {len(beside.published)}, recorded {loads}")
        for fault in faults:
            print(f"  WRONG: {fault}")
        return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
