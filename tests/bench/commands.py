"""Whole-process time of `python -m warehouse ask` and script time of each page, on the demo build.

Run: python -m tests.bench.commands [--runs 7]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
PAGES = ("overview", "coverage", "visits", "goals", "quality")


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


def page_seconds(runs: int) -> dict[str, list[float]]:
    """Seconds of each page's script, the first run (cold caches) left out."""
    from streamlit.testing.v1 import AppTest

    from pages.access import User

    found: dict[str, list[float]] = {}
    os.environ["TONGXING_LANG"] = "zh_CN"  # the runner asks widgets for their words outside the run
    with ExitStack() as stack:
        stack.enter_context(patch("pages.access.current_user", return_value=User("bench", "centre", ("all",))))
        stack.enter_context(patch("pages.access.language_of", return_value="zh_CN"))
        for page in PAGES:
            app = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60).run()
            app.switch_page(f"{page}.py").run()
            for _ in range(runs):
                start = time.perf_counter()
                app.run()
                found.setdefault(page, []).append(time.perf_counter() - start)
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
        for page, seconds in page_seconds(runs).items():
            print(f"page {page:20} {statistics.median(seconds) * 1000:6.0f} ms median, {max(seconds) * 1000:.0f} ms most")


if __name__ == "__main__":
    main()
