"""Texts that a spreadsheet would run as a formula, made harmless before they go into a CSV or workbook."""

import csv
import io
from collections.abc import Sequence
from typing import Any

# What a cell begins with that spreadsheets calculate, wide signs as Chinese and Japanese keyboards write them too (OWASP, CSV injection).
_FORMULA = (*"=+-@\t\r\n", *"＝＋－＠")


def defused(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a quote in front; everything else stays, numbers too."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_csv(rows: Sequence[dict[str, Any]], columns: Sequence[str] = ()) -> bytes:
    """Rows as CSV for a spreadsheet: UTF-8 with BOM, a heading row, texts defused; `columns` where there may be no row."""
    kept = io.StringIO(newline="")
    names = columns or list(rows[0])
    writer = csv.DictWriter(kept, names, lineterminator="\r\n")
    writer.writerow({name: defused(name) for name in names})
    writer.writerows({name: defused(value) for name, value in row.items()} for row in rows)
    return kept.getvalue().encode("utf-8-sig")
