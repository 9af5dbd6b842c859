"""Bytes of a .csv to rows of text: UTF-8 with or without BOM, UTF-16 as Excel's "Unicode text", GB18030; comma, tab or semicolon."""

import codecs
import csv
import io
from collections import Counter


def rows(content: bytes) -> list[list[str]]:
    """The rows of a .csv. Raises ValueError with the plain fact: encoding, bytes (no text at all), csv, quote (one that takes in rows)."""
    for encoding in ("utf-16",) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "gb18030"):
        try:
            return _rows(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise ValueError("encoding")


def _rows(text: str) -> list[list[str]]:
    """Cells of a text; control characters tell bytes that are no text at all."""
    if any(ord(sign) < 9 or 13 < ord(sign) < 32 for sign in text):
        raise ValueError("bytes")
    first = next((line for line in text.splitlines() if any(sign in line for sign in ",\t;")), "")  # a title may stand above
    separator = max(",\t;", key=first.count) if any(sign in text for sign in ",\t;") else ","
    if separator != "," and text.count(",") > text.count(separator):
        separator = ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        inner = [(row, [cell for cell in row if "\n" in cell.strip() or "\r" in cell.strip()]) for row in rows]
        least = 2 * max(_width(rows) - 1, 3)  # separators of two rows
        is_open = text.count('"') % 2 == 1 and any(cells for _row, cells in inner[-1:])
        is_torn = is_open or any(cells and len(row) - 1 + "".join(cells).count(separator) >= least for row, cells in inner)
        return _line_by_line(text, separator) if is_torn else rows
    except csv.Error as error:
        raise ValueError("csv") from error


def _width(rows: list[list[str]]) -> int:
    return [*Counter(len(row) for row in rows for _cell in row).most_common(1), (1, 0)][0][0]


def _line_by_line(text: str, separator: str) -> list[list[str]]:
    """Each line a row, a quote open at its end a plain sign; ValueError where that gives a line with quotes another width."""
    lines = [line.rstrip("\n") for line in io.StringIO(text, newline=None)]
    rows = [line.split(separator) if line.count('"') % 2 else next(csv.reader([line], delimiter=separator), []) for line in lines]
    width = _width(rows)
    if any('"' in line and len(row) != width for line, row in zip(lines, rows, strict=True)):
        raise ValueError("quote")
    return rows
