"""Thousands of exports in a row: whether the last take longer than the first, and how memory, disk and the register grow.

Times are the processor's, so that a busy machine does not count. Each round of 24 month ends is exported as an internal and a public edition, csv and xlsx in turn, by the function that the page's
button calls. The first round of a day plans it anew, so it is told apart and not compared.

Run: python -m tests.bench.many_exports [--count 5000] (exit code 1 where the last hundred took over 1.5 times the first hundred's time,
where an edition is missing in the register, or where memory grows by more than 40 kB for each export)
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.served import demo

MOST_RATIO, MOST_KIB = 1.5, 40.0
AT_ONCE = 100


def main() -> int:
    """Print a line for every tenth part, then what grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "demo"
        os.environ["TONGXING_HOME"] = str(home)
        demo(home)
        return measured(home, count)


def measured(home: Path, count: int) -> int:
    """Export so often from a loaded home."""
    from pages.data.queries import Figures, Reader
    from pages.downloads import export_service
    from warehouse import row_access
    from warehouse.audit import trail, verification
    from warehouse.disclosure import receipts, release_log
    from warehouse.storage import build_files

    build = str(build_files.published(home))
    import datetime as dt

    days = Figures(build, Reader(row_access.WHOLE, 0), dt.date(2025, 12, 31)).months()[-24:]
    orders = [(day, edition) for edition in (release_log.PUBLIC, release_log.INTERNAL) for day in days]
    tables = export_service.wanted(["coverage", "visits"], ["town", "village"])
    recorder = trail.recorder_for("li", "centre", "10.0.0.9")
    seconds: list[float] = []
    bytes_of = lambda: sum(path.stat().st_size for path in home.rglob("*") if path.is_file())  # noqa: E731
    print("exports   ms of CPU each, median (load)   resident MiB   home MiB   register MiB", flush=True)
    warm = 2 * len(orders)
    memory, disk = 0.0, 0
    for number in range(warm + count):
        if number == warm:
            memory, disk = resident(), bytes_of()
        day, edition = orders[number % len(orders)]
        figures = Figures(build, Reader(row_access.WHOLE, 0), day)
        order = release_log.Order(build, day, ("csv", "xlsx")[number // len(orders) % 2], "li", "centre", edition=edition)
        start = time.process_time()
        export_service.table_file(figures, tables, order, {}, recorder)
        seconds.append(time.process_time() - start)
        done = number + 1 - warm
        if number + 1 == warm or (done > 0 and done % max(count // 10, AT_ONCE) == 0):
            register = sum(path.stat().st_size for path in (home / release_log.FOLDER).iterdir())
            took = statistics.median(seconds[-AT_ONCE:]) * 1000
            print(
                f"{done:7}   {took:7.1f}  ({os.getloadavg()[0]:.1f})   {resident():12.0f} {bytes_of() / 2**20:10.1f} {register / 2**20:14.1f}",
                flush=True,
            )
    first, last = seconds[warm : warm + AT_ONCE], seconds[-AT_ONCE:]
    ratio, each = sum(last) / sum(first), (resident() - memory) * 1024 / count
    start = time.perf_counter()
    entered = len(receipts.receipts(home))
    print(
        f"  last {AT_ONCE} / first {AT_ONCE}: {ratio:.2f} (at most {MOST_RATIO}), median {statistics.median(last) / statistics.median(first):.2f}"
    )
    print(f"  memory {each:.1f} KiB for each (at most {MOST_KIB}), disk {(bytes_of() - disk) / 1024 / count:.1f} KiB for each")
    print(
        f"  in the register {entered} of {len(seconds)}, read whole in {time.perf_counter() - start:.1f} s; trail: {verification.verify(home) or 'whole'}"
    )
    return int(ratio > MOST_RATIO or each > MOST_KIB or entered != len(seconds) or bool(verification.verify(home)))


def resident() -> float:
    """MiB that this process holds, after its garbage is gone."""
    gc.collect()
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
