"""Texts of others before they go into a file: without the signs that none may hold, and as nothing that a spreadsheet would run."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

# What a cell begins with that spreadsheets calculate, wide signs as Chinese and Japanese keyboards write them too (OWASP, CSV injection).
_FORMULA = re.compile(r"[\t\r\n]|[\s\u200b\ufeff]*[=+@＝＋－＠-]")
_INSIDE = re.compile(r"[;\t\r\n](?=[\s\"\u200b\ufeff]*[=+@＝＋－＠-])")
# Control characters, halves of pairs, what XML cannot hold, and signs that turn the direction of all that follows.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # by which a workbook writes any sign as its number


def plain(text: str) -> str:
    """Return a text without signs that are none."""
    return _UNFIT.sub("", text)


def breadth(text: str) -> int:
    """Return how wide a text is in narrow letters; a Chinese sign is two wide."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def defused(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a quote in front; everything else stays, numbers too."""
    text = plain(value) if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and _FORMULA.match(text) else text


def workbook_text(value: object) -> object:
    """The same in a workbook, where _x0041_ would show as A."""
    text = defused(value)
    return _ESCAPE.sub("_x005F_", text) if isinstance(text, str) else text


def lines_as_csv(lines: Iterable[Sequence[object]]) -> bytes:
    """Lines as CSV for a spreadsheet: UTF-8 with BOM, texts defused."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows(map(_cell, line) for line in lines)
    return stream.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    """A cell of a CSV, defused for offices too that end a cell at a semicolon, a tab or any line's end."""
    text = defused(value)
    return _INSIDE.sub(r"\g<0>'", text) if isinstance(text, str) else text


def as_csv(rows: Sequence[dict[str, Any]], columns: Sequence[str] = ()) -> bytes:
    """Rows as CSV below a heading row; `columns` where there may be no row."""
    names = columns or list(rows[0])
    return lines_as_csv([names, *([row.get(name) for name in names] for row in rows)])
