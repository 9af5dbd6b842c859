"""Bytes to cells with coordinates: tells a file's kind by its bytes, refuses what is hostile, reads the rest.

python-calamine is used because it reads .xlsx and .xls about ten times as fast as openpyxl and gives merged ranges.
Nothing here is called in the main process for a village's file: `reader_pool.py` runs it in a worker with limits.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import python_calamine

from etl.files import xls_guard, xlsx_guard
from warehouse.storage import csv_reader

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<div")


class Unreadable(Exception):
    """A file that is refused: `code` is the finding's code, the text the plain fact."""

    def __init__(self, code: str, fact: str) -> None:
        super().__init__(fact)
        self.code, self.fact = code, fact


@dataclass
class RawSheet:
    """One sheet: `rows` from A1 on (list of lists of str, number, date, bool), merges as (row, column) corners from 0."""

    name: str
    rows: list[list[Any]]
    is_hidden: bool = False
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    errors: set[tuple[int, int]] = field(default_factory=set)
    is_1904: bool = False


def read(content: bytes) -> list[RawSheet]:
    """The sheets of a workbook or .csv given as bytes; raises `Unreadable` with the finding's code."""
    if not content:
        raise Unreadable("file_unreadable", "empty")
    if content.startswith(ZIP):
        return _read_zip(content)
    if content.startswith(OLE):
        return _read_ole(content)
    if any(mark in content[:2048].lower() for mark in _MARKUP):
        raise Unreadable("file_unreadable", "html")
    return [RawSheet("", _read_csv(content))]


def _read_zip(content: bytes) -> list[RawSheet]:
    """An .xlsx or .xlsm, after its parts were weighed."""
    try:
        scan = xlsx_guard.scan_xlsx(content)
    except xlsx_guard.Hostile as error:
        raise Unreadable("file_hostile", str(error)) from error
    except xlsx_guard.Broken as error:
        raise Unreadable("file_unreadable", str(error)) from error
    return _read_calamine(content, scan)


def _read_ole(content: bytes) -> list[RawSheet]:
    """An .xls, or an encrypted .xlsx, which begins with the same bytes."""
    try:
        scan = xls_guard.scan_xls(content)
    except xlsx_guard.Protected as error:
        raise Unreadable("file_protected", "password") from error
    except xlsx_guard.Broken as error:
        raise Unreadable("file_unreadable", str(error)) from error
    return _read_calamine(content, scan)


def _read_calamine(content: bytes, scan: xlsx_guard.Scan) -> list[RawSheet]:
    """All sheets through calamine; a parse error is the file's fault, not the load's."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_sheet(workbook, meta, scan) for meta in workbook.sheets_metadata if _is_table(meta)]
    except python_calamine.PasswordError as error:
        raise Unreadable("file_protected", "password") from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable("file_unreadable", type(error).__name__) from error
    except BaseException as error:  # a panic of the reader is no Exception, but the file's fault all the same
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("file_unreadable", "panic") from error


def _is_table(meta: Any) -> bool:
    """True for a worksheet; chart and macro sheets hold no rows."""
    return meta.typ == python_calamine.SheetTypeEnum.WorkSheet


def _sheet(workbook: Any, meta: Any, scan: xlsx_guard.Scan) -> RawSheet:
    """One worksheet with everything that later steps ask of it."""
    sheet = workbook.get_sheet_by_name(meta.name)
    if sheet.total_height * max(sheet.total_width, 1) > xlsx_guard.MOST_CELLS:
        raise Unreadable("file_hostile", "cells")
    rows = sheet.to_python(skip_empty_area=False)
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    return RawSheet(meta.name, rows, hidden, list(sheet.merged_cell_ranges or []), scan.errors(meta.name), scan.is_1904)


def _read_csv(content: bytes) -> list[list[Any]]:
    """Rows of a .csv; anything that is none is refused."""
    try:
        rows: list[list[Any]] = list(csv_reader.rows(content))
    except ValueError as error:
        raise Unreadable("file_unreadable", str(error)) from error
    if len(rows) * max((len(row) for row in rows), default=0) > xlsx_guard.MOST_CELLS:
        raise Unreadable("file_hostile", "cells")
    return rows
