"""`python -m etl.sheets.read_stdin`: a workbook that somebody hands to a page, as JSON, read in a process of its own with limits.

The bytes come by standard input and the cells leave by standard output, so nothing of it is ever written down. Pages start this
(pages/site_sampling/completed_checklist.py), because a hostile file must cost this process and no other.
"""

from __future__ import annotations

import json
import sys

from etl.files import workbook
from etl.sheets import reader_pool
from warehouse.storage import safe_logging

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 8, 1000, 40, 500
FAULT = "fault"


def told(content: bytes) -> dict[str, list[list[str]]] | dict[str, str]:
    """The first rows and columns of the first sheets as texts, by the sheets' names; {"fault": code} for a file that is refused."""
    try:
        sheets = workbook.read(content)[:MOST_SHEETS]
    except workbook.Unreadable as error:
        return {FAULT: error.code}
    except MemoryError:
        return {FAULT: "file_hostile"}
    return {sheet.name: [[str(cell)[:MOST_LETTERS] for cell in row[:MOST_COLUMNS]] for row in sheet.rows[:MOST_ROWS]] for sheet in sheets}


def main() -> None:
    """Read, look, tell."""
    safe_logging.configure()
    reader_pool.limit_memory(reader_pool.MEMORY_BYTES)
    sys.stdout.buffer.write(json.dumps(told(sys.stdin.buffer.read())).encode())


if __name__ == "__main__":
    main()
