"""Processor time from bytes to tables of the sample town's workbooks, beside bare python-calamine and our guard before it.

Run: python -m tests.bench.reading [FOLDER] [--runs 5]
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import python_calamine

from etl.files import workbook, xls_guard, xlsx_guard
from etl.sheets.parse_sheet import read_tables
from tests.conftest import TOWN


def bare(content: bytes) -> None:
    """All cells, by calamine alone."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def guarded(content: bytes) -> None:
    """All cells, the bytes checked before."""
    (xlsx_guard.scan_xlsx if content.startswith(workbook.ZIP) else xls_guard.scan_xls)(content)
    bare(content)


def whole(content: bytes) -> None:
    """Cells, tables, headings, rows: what a reader process does with a file."""
    for sheet in workbook.read(content):
        read_tables(sheet)


def seconds(step: Callable[[bytes], None], contents: list[bytes]) -> float:
    """Processor seconds for all files."""
    start = time.process_time()
    for content in contents:
        step(content)
    return time.process_time() - start


def main() -> None:
    """Print medians and ratios; the three are measured in turn, so that a noisy machine meets them alike."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=TOWN)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    contents = [path.read_bytes() for path in sorted(given.folder.iterdir()) if path.suffix in (".xls", ".xlsx")]
    whole(contents[0])
    runs = [[seconds(step, contents) for step in (bare, guarded, whole)] for _ in range(given.runs)]
    medians = [statistics.median(run[at] for run in runs) for at in range(3)]
    print(f"{len(contents)} workbooks: calamine {medians[0]:.2f} s, guarded {medians[1]:.2f} s, whole {medians[2]:.2f} s")
    for at, name in enumerate(("calamine", "guarded calamine")):
        ratios = sorted(run[2] / run[at] for run in runs)
        print(f"whole / {name}: {statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
