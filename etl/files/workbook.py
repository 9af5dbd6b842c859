"""Bytes to cells with coordinates: tells a file's kind by its bytes, refuses what is hostile, reads the rest.

python-calamine is used because it reads .xlsx and .xls about ten times as fast as openpyxl and gives merged ranges.
Nothing here is called in the main process for a village's file: `reader_pool.py` runs it in a worker with limits.
"""

import html
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

import python_calamine

from etl.files import xls_guard, xlsx_guard
from etl.files.source_file import Unreadable
from warehouse.storage import csv_reader

Merge = tuple[tuple[int, int], tuple[int, int]]  # first and last cell as (row, column) from 0
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LINE_END, _TAG = re.compile(r"</(?:\w+:)?(?:si|is|c|p|v|text)>"), re.compile("<[^<>]*>")
_MOST_SHEETS, _MOST_ROWS, _MOST_COLUMNS, _MOST_LETTERS = 8, 1000, 40, 500  # of a list that a person hands to a page
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<div")


@dataclass
class RawSheet:
    """One sheet: `rows` from A1 on (list of lists of str, number, date, bool), merges as (row, column) corners from 0."""

    name: str
    rows: list[list[Any]]
    is_hidden: bool = False
    merges: list[Merge] = field(default_factory=list)
    errors: set[tuple[int, int]] = field(default_factory=set)
    is_1904: bool = False


def read(content: bytes) -> list[RawSheet]:
    """Return the sheets of a workbook or .csv given as bytes; raises `Unreadable` with the finding's code."""
    if not content:
        raise Unreadable("file_unreadable", "empty")
    if content.startswith(ZIP):
        return _read_calamine(content, xlsx_guard.scan_xlsx(content))
    if content.startswith(OLE):
        return _read_calamine(content, xls_guard.scan_xls(content))  # an encrypted .xlsx begins with the same bytes
    if any(mark in content[:2048].lower() for mark in _MARKUP):
        raise Unreadable("file_unreadable", "html")
    return [RawSheet("", _read_csv(content))]


def texts(content: bytes) -> dict[str, list[list[str]]]:
    """Return the first rows and columns of the first sheets as texts by sheet name; nothing of a file that is refused."""
    try:
        sheets = read(content)[:_MOST_SHEETS]
    except (Unreadable, MemoryError):
        return {}
    return {
        sheet.name: [[str(cell)[:_MOST_LETTERS] for cell in row[:_MOST_COLUMNS]] for row in sheet.rows[:_MOST_ROWS]] for sheet in sheets
    }


def text_of(content: bytes) -> str:
    """Return all that stands in a file that a load has taken, its limits kept: cells, comments, hidden parts, about a line each."""
    if not content.startswith(ZIP):
        return "\n".join(part.decode(name, "replace") for name in ("utf-8", "gb18030", "utf-16") for part in (content, content[1:]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return html.unescape(_TAG.sub("", _LINE_END.sub("\n", "\n".join(parts))))


def _read_calamine(content: bytes, scan: xlsx_guard.Scan) -> list[RawSheet]:
    """Read all sheets through calamine; a parse error is the file's fault, not the load's."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        pages = [meta for meta in workbook.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]  # others hold no rows
        if len(pages) < scan.sheets or len({meta.name.casefold() for meta in pages}) < len(pages):
            raise Unreadable("file_unreadable", "sheets")  # one that the reader passes over, or finds under another's name
        return [_sheet(workbook, meta, scan) for meta in pages]
    except python_calamine.PasswordError as error:
        raise Unreadable("file_protected", "password") from error
    except BaseException as error:  # a panic of the reader is no Exception, but the file's fault all the same
        if not isinstance(error, python_calamine.CalamineError | ValueError | OSError) and type(error).__name__ != "PanicException":
            raise
        raise Unreadable("file_unreadable", type(error).__name__) from error


def _sheet(workbook: Any, meta: Any, scan: xlsx_guard.Scan) -> RawSheet:
    sheet = workbook.get_sheet_by_name(meta.name)
    if sheet.total_height * max(sheet.total_width, 1) > xlsx_guard.MOST_CELLS:
        raise Unreadable("file_hostile", "cells")
    rows = sheet.to_python(skip_empty_area=False)
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    _refuse_masses(rows)
    return RawSheet(meta.name, rows, hidden, list(sheet.merged_cell_ranges or []), scan.cells.get(meta.name, set()), scan.is_1904)


def _read_csv(content: bytes) -> list[list[Any]]:
    try:
        rows: list[list[Any]] = list(csv_reader.rows(content))
    except ValueError as error:
        raise Unreadable("file_unreadable", str(error)) from error
    if len(rows) * max((len(row) for row in rows), default=0) > xlsx_guard.MOST_CELLS:
        raise Unreadable("file_hostile", "cells")
    _refuse_masses(rows)
    return rows


def _refuse_masses(rows: list[list[Any]]) -> None:
    """Refuse more text than any ledger holds, which would be kept many times over."""
    if sum(len(cell) for row in rows for cell in row if isinstance(cell, str)) > xlsx_guard.MOST_LETTERS:
        raise Unreadable("file_hostile", "letters")
