"""Time and memory of a whole load of 100 workbooks with 100,000 visit rows, against bare python-calamine on the same files.

Run: python -m tests.bench.load [--runs 3] [--rows 1000 10000]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
import sys, python_calamine as c
for path in sys.argv[1:]:
    book = c.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
"""


def seconds(command: list[str], home: Path | None = None) -> float:
    """Wall seconds of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | ({"TONGXING_HOME": str(home)} if home else {}))
    return time.perf_counter() - start


def tree_memory(command: list[str], home: Path) -> int:
    """Peak bytes of resident memory of a process and all its children together, sampled every 20 ms."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | {"TONGXING_HOME": str(home)})
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(resident, family(process.pid))))
        time.sleep(0.02)
    return peak


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def resident(pid: int) -> int:
    """Proportional resident bytes of one process (pages shared with others count by their share)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def measure(rows: int, runs: int, into: Path) -> float:
    """Write 100 workbooks of `rows` visits each, measure both ways in turn, print medians; median seconds of a whole load."""
    from tests.bench.bulk import write_visit_workbooks

    folder = into / "ledgers"
    write_visit_workbooks(folder, workbooks=100, rows=rows)
    paths = [str(path) for path in sorted(folder.glob("*.xlsx"))]
    bare, whole = [], []
    for run in range(runs):
        bare.append(seconds([sys.executable, "-c", BARE, *paths]))
        whole.append(seconds([sys.executable, "-m", "etl", "load", str(folder)], into / f"home{run}"))
    peak = tree_memory([sys.executable, "-m", "etl", "load", str(folder)], into / "home")
    one, other = statistics.median(bare), statistics.median(whole)
    print(f"{rows * 100} visit rows in 100 workbooks, median of {runs} runs in turn")
    print(f"  bare python-calamine, one process  {one:6.2f} s")
    print(f"  whole load                         {other:6.2f} s   ratio {other / one:.2f}")
    print(f"  peak memory, all processes         {peak / 2**20:6.0f} MiB", flush=True)
    return other


def main() -> None:
    """Measure each size and print how the time grows from one to the next."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000], help="visits in each workbook, one or several sizes")
    told = parser.parse_args()
    before: tuple[int, float] | None = None
    for rows in told.rows:
        with tempfile.TemporaryDirectory() as name:
            took = measure(rows, told.runs, Path(name))
        if before:
            print(f"  {rows / before[0]:.0f} times the rows took {took / before[1]:.1f} times as long")
        before = rows, took


if __name__ == "__main__":
    main()
