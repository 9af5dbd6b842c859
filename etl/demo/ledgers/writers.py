"""Sheets to bytes: .xlsx, .xls and GB18030 .csv, the same bytes for the same sheets (no clock in any of them)."""

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from warehouse.storage import xlsx_bytes

Row = list[Any]
Column = tuple[str, str, str]  # group heading or "", heading, field
_WRITTEN_AT = dt.datetime(2023, 1, 1)
_BOLD, _TITLE, _MIDDLE = Font(bold=True), Font(bold=True, size=14), Alignment(horizontal="center", vertical="center", wrap_text=True)


@dataclass
class Sheet:
    """Cells by row (from 0), merged ranges (first row, first column, last row, last column), faults by row (from 1)."""

    name: str
    rows: list[Row] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    head: tuple[int, int] = (0, 0)
    is_hidden: bool = False
    faults: list[tuple[str, int | None]] = field(default_factory=list)

    def add(self, row: Row, merged: int = 0) -> None:
        """Add a row, merged over so many columns."""
        self.merges += [(len(self.rows), 0, len(self.rows), merged - 1)] if merged else []
        self.rows.append(row)

    def add_headings(self, columns: list[Column]) -> None:
        """Add one row of headings, or two with merged groups above."""
        top, upper, lower, merges = len(self.rows), Row(), Row(), []
        for group, run in groupby(columns, key=lambda column: column[0]):
            texts, at = [heading for _, heading, _ in run], len(upper)
            upper += [group, *[""] * (len(texts) - 1)] if group else texts
            lower += texts if group else [""] * len(texts)
            merges += [(top, at, top, len(upper) - 1)] if group else [(top, column, top + 1, column) for column in range(at, len(upper))]
        if any(lower):
            self.merges += [merge for merge in merges if merge[:2] != merge[2:]]
        self.rows += [upper, lower] if any(lower) else [upper]
        self.head = (top, len(self.rows) - 1)


def write_book(path: Path, sheets: list[Sheet]) -> Path:
    """Write a book by its ending; a .csv takes the first sheet only."""
    path.write_bytes({".xlsx": _xlsx, ".xls": _xls, ".csv": _csv}[path.suffix](sheets))
    return path


def _xlsx(sheets: list[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.is_hidden else "visible"
        for row in sheet.rows:
            page.append({at: value for at, value in enumerate(row, 1) if value not in ("", None)})
        for top, left, bottom, right in sheet.merges:
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
        first, last = sheet.head
        for at in range(last + 1):
            for cell in page[at + 1][: len(sheet.rows[at])]:
                if at >= first or (cell.value and at == first - 2):
                    cell.font, cell.alignment = _BOLD if at >= first else _TITLE, _MIDDLE
        for at, text in enumerate(sheet.rows[last], 1):
            page.column_dimensions[get_column_letter(at)].width = 20 if "号" in str(text) and at > 1 else 13
    return xlsx_bytes.steady(xlsx_bytes.of(book, "openpyxl"), _WRITTEN_AT)


def _xls(sheets: list[Sheet]) -> bytes:
    book, stream = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    bold, day, plain = xlwt.easyxf("font: bold on"), xlwt.easyxf(num_format_str="yyyy/m/d"), xlwt.easyxf()
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = int(sheet.is_hidden)
        for at, cells in enumerate(sheet.rows):
            for column, value in [(column, value) for column, value in enumerate(cells) if value not in ("", None)]:
                is_head = sheet.head[0] <= at <= sheet.head[1]
                page.write(at, column, value, bold if is_head else day if isinstance(value, dt.date) else plain)
        for top, left, bottom, right in sheet.merges:
            page.merge(top, bottom, left, right, plain)
    book.save(stream)
    return stream.getvalue()


def _csv(sheets: list[Sheet]) -> bytes:
    width, stream = max(map(len, sheets[0].rows)), io.StringIO(newline="")
    csv.writer(stream).writerows([*row, *[""] * (width - len(row))] for row in sheets[0].rows)
    return stream.getvalue().encode("gb18030")
