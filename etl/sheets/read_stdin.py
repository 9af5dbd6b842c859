"""`python -m etl.sheets.read_stdin`: a workbook handed to a page, from stdin to JSON on stdout; a hostile file costs this process alone."""

import json
import sys

from etl.files import workbook
from etl.files.source_file import Unreadable
from warehouse.storage import limited_process, safe_logging

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 8, 1000, 40, 500
FAULT = "fault"


def sheet_texts(content: bytes) -> dict[str, list[list[str]]] | dict[str, str]:
    """Return the first rows and columns of the first sheets as texts by sheet name; {"fault": code} for a file that is refused."""
    try:
        sheets = workbook.read(content)[:MOST_SHEETS]
    except Unreadable as error:
        return {FAULT: error.code}
    except MemoryError:
        return {FAULT: "file_hostile"}
    return {sheet.name: [[str(cell)[:MOST_LETTERS] for cell in row[:MOST_COLUMNS]] for row in sheet.rows[:MOST_ROWS]] for sheet in sheets}


def main() -> None:
    """Read a workbook from standard input and write its texts as JSON."""
    safe_logging.configure()
    limited_process.limit_memory()
    sys.stdout.buffer.write(json.dumps(sheet_texts(sys.stdin.buffer.read())).encode())


if __name__ == "__main__":
    main()
