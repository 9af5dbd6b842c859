"""Seconds of the town's Word report on the demo build: settling what is withheld, and writing the file, apart.

Run: python -m tests.bench.report [--runs 5]
"""

import argparse
import datetime as dt
import os
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.commands import demo

DAYS = (dt.date(2025, 12, 31), dt.date(2025, 8, 17))  # laid down in the build; worked out live


def seconds(day: dt.date, runs: int) -> dict[str, list[float]]:
    """Seconds of both parts and of the whole, each run with cold caches of answers; `computing`: of the processor, all threads."""
    from pages.data.queries import Figures, Reader
    from pages.word_report import report, report_data
    from tests.warehouse.disclosure.exporting import planned
    from warehouse import row_access
    from warehouse.builds import repository
    from warehouse.disclosure import release_log
    from warehouse.storage import build_files

    home = build_files.home()
    reading = row_access.ScopedDay(repository.open_build(home), row_access.WHOLE, day)
    villages = tuple(Figures(build_files.published(home), Reader(row_access.WHOLE, 0), day).villages())
    choices = report_data.Choices(day, villages=villages)
    receipt = release_log.Receipt("20260104-0001-0A1B", "2026-01-04T08:15:00+00:00", "b", "1", str(day), report.FORM, "li", "centre", {})
    found: dict[str, list[float]] = {"plan": [], "write": [], "whole": [], "computing": []}
    for _ in range(runs):
        start, computed = time.perf_counter(), time.process_time()
        made = planned(reading.ask, report.TABLES, day, home)
        planned = time.perf_counter()
        report.write(made, receipt, choices)
        done = time.perf_counter()
        found["plan"].append(planned - start)
        found["write"].append(done - planned)
        found["whole"].append(done - start)
        found["computing"].append(time.process_time() - computed)
    return found


def main() -> None:
    """Print medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        os.environ["TONGXING_HOME"] = name
        demo(Path(name))
        for day in DAYS:
            for part, taken in seconds(day, runs).items():
                print(f"Word report of {day}, {part:9}  {statistics.median(taken):6.2f} s median of {runs}, {max(taken):.2f} s most")


if __name__ == "__main__":
    main()
