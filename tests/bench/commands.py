"""Whole-process time of `python -m warehouse ask`, on the demo build; tests/bench/pages.py measures the pages.

Run: python -m tests.bench.commands [--runs 7]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def demo(home: Path) -> None:
    """Write and load the demo town."""
    environment = os.environ | {"TONGXING_HOME": str(home)}
    for command in (("demo", home / "ledgers"), ("load", home / "ledgers")):
        subprocess.run([sys.executable, "-m", "etl", *map(str, command)], check=True, stdout=subprocess.DEVNULL, env=environment)


def ask_seconds(home: Path, runs: int) -> list[float]:
    """Wall seconds of one ask, each a process of its own."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        command = [sys.executable, "-m", "warehouse", "ask", "coverage", "--as-of", "2025-12-31", "--by", "village"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"TONGXING_HOME": str(home)})
        found.append(time.perf_counter() - start)
    return found


def main() -> None:
    """Print medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        os.environ["TONGXING_HOME"] = name
        demo(Path(name))
        print(
            f"python -m warehouse ask   {statistics.median(ask_seconds(Path(name), runs)) * 1000:6.0f} ms, whole process, median of {runs}"
        )


if __name__ == "__main__":
    main()
