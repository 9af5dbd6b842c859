"""Bytes of a .csv to rows of text: UTF-8 with or without BOM, UTF-16 as Excel's "Unicode text", GB18030; comma, tab or semicolon."""

import codecs
import csv
import io


def rows(content: bytes) -> list[list[str]]:
    """The rows of a .csv. Raises ValueError with the plain fact: encoding, bytes (no text at all), csv."""
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
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise ValueError("csv") from error
