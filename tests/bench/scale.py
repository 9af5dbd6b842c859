"""Time and memory of figures on a build of many children, and how both grow from a tenth of it.

The rows are invented straight into a build by the SQL in tests/bench/rows, ten visits a child, without ledgers. Every
measure is a process of its own; a town is twelve villages. CPU seconds are of all threads together: on a machine that
is busy with other work they tell more than the seconds on the wall.

Run: python -m tests.bench.scale [--children 1000000] [--per-village 30]
"""

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = Path(__file__).parent / "rows"
HEADLINES = ("eligibility", "coverage", "visits", "cascade")
LIVE_DAY, AS_OF = dt.date(2025, 12, 25), dt.date(2025, 12, 20)  # the first is no month end and no goal day
MONTH_END, MONTH_BEFORE = dt.date(2025, 11, 30), dt.date(2025, 10, 31)
RUNS = 7
MEASURES = {
    "generate": "rows invented",
    "live": "eligibility, coverage, visits, cascade, needs of one day, live",
    "live_duties": "the same with duties for needs",
    "live_by_village": "the same with duties, by village",
    "marts": "marts of every month end",
    "page": "a page of one town, from the marts",
}


def generate(home: Path, children: int, villages: int) -> None:
    """Publish a build of invented rows, without marts."""

    from tests.warehouse import drafts

    with drafts.begin(home) as draft:
        draft.connection.execute(f"set memory_limit = '4GiB'; set variable children = {children}; set variable villages = {villages}")
        for name in ("people", "facts", "events"):
            draft.connection.execute((ROWS / f"{name}.sql").read_text(encoding="utf-8"))
        draft.publish("0" * 8)


def live(home: Path, other: str = "needs", by: str = "town") -> None:
    """Five headline metrics from raw rows."""
    from warehouse.builds import repository
    from warehouse.metrics import query

    query.ask_all(repository.open_build(home), (*HEADLINES, other), LIVE_DAY, by)


def live_duties(home: Path) -> None:
    """The same with the dearest metric of all among them."""
    live(home, "duties")


def live_by_village(home: Path) -> None:
    """That again, a row for each village."""
    live(home, "duties", "village")


def marts(home: Path) -> None:
    """Every month end and goal day, laid into the finished file: only so can it be measured apart from the rest of a load."""
    import duckdb

    from warehouse.metrics import query
    from warehouse.storage import build_files

    with duckdb.connect(str(build_files.file_of(home, str(build_files.published(home))))) as connection:
        query.make_marts(connection, AS_OF)


def page(home: Path) -> float:
    """Milliseconds of what the overview asks, for the villages of one town; the slowest run but the first."""
    from warehouse.builds import repository
    from warehouse.metrics import query

    build = repository.open_build(home)
    villages = [row["village_id"] for row in build.rows("select village_id from villages order by sort_no")]
    town = villages[len(villages) // 24 * 12 :][:12]
    found = []
    for _ in range(1 + RUNS):
        start = time.perf_counter()
        for day in (MONTH_END, MONTH_BEFORE):
            for metric in ("eligibility", "coverage", "visits"):
                answer = query.ask(build, metric, day, "village", town)
        answer = query.ask(build, "cascade", MONTH_END, "village", town)
        found.append(time.perf_counter() - start)
    assert [row["village_id"] for row in answer] == town, "each village of the town has its row"
    return max(found[1:]) * 1000


def run(name: str, home: str, *numbers: str) -> None:
    """One measure in this process; prints what it took as JSON."""
    start = time.perf_counter()
    told = globals()[name](Path(home), *map(int, numbers))
    took = resource.getrusage(resource.RUSAGE_SELF)
    seconds = {"seconds": time.perf_counter() - start, "cpu": took.ru_utime + took.ru_stime}
    print(json.dumps(seconds | {"MiB": took.ru_maxrss / 1024, "page ms": told}))


def measured(name: str, home: Path, *numbers: int) -> dict[str, float]:
    """One measure in a fresh process."""
    command = [
        sys.executable,
        "-c",
        "import sys; from tests.bench import scale; scale.run(*sys.argv[1:])",
        name,
        str(home),
        *map(str, numbers),
    ]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"TONGXING_HOME": str(home)})
    return json.loads(done.stdout.splitlines()[-1])  # duckdb takes a process without a file for a person and draws progress


def table(small: dict[str, dict], whole: dict[str, dict]) -> None:
    """What each measure took at a tenth and at the whole, and the growth."""
    for name, says in MEASURES.items():
        print(says)
        for unit in ("page ms",) if name == "page" else ("seconds", "cpu", "MiB"):
            one, other = small[name][unit], whole[name][unit]
            print(f"  {unit:8} {one:10.1f} {other:10.1f}   {other / one:5.1f} times")


def main() -> None:
    """Measure a tenth, then the whole."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=1_000_000)
    parser.add_argument("--per-village", type=int, default=30, help="children a village on average; the largest have eight times as many")
    told = parser.parse_args()
    found = []
    for children in (told.children // 10, told.children):
        villages = children // told.per_village
        print(f"{children} children, {10 * children} visits, {villages} villages; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
        with tempfile.TemporaryDirectory() as name:
            home = Path(name)
            sizes = {"generate": (children, villages)}
            found.append({measure: measured(measure, home, *sizes.get(measure, ())) for measure in MEASURES})
    table(*found)


if __name__ == "__main__":
    main()
