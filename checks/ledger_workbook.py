"""A village's own ledger as an openpyxl workbook that can be marked: .xlsx as it is, .xls and .csv with what they have of layout."""

import datetime as dt
import io
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.storage import csv_reader

_ACROSS = {1: "left", 2: "center", 3: "right"}
_LINES = {1: "thin", 2: "medium", 3: "dashed", 4: "dotted", 5: "thick", 6: "double", 7: "hair"}
_PAINTED_BEYOND = 500  # rows and columns behind the last filled cell whose look is kept
_NO_COLOUR = 64  # xlrd's number from which on a colour is the system's own


def open_workbook(content: bytes) -> Workbook:
    """Return the ledger with layout, widths, formats and, of an .xlsx, formulas; macros and links to other workbooks are not read.

    Raises ValueError for what cannot be opened.
    """
    if content.startswith(b"PK"):
        try:
            book = load_workbook(io.BytesIO(content), keep_vba=False, keep_links=False, rich_text=True)
            for sheet in book.worksheets:
                filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
                last_row, last_column = (max(axis) + _PAINTED_BEYOND for axis in zip((1, 1), *filled, strict=True))
                for row, column in [(row, column) for row, column in sheet._cells if row > last_row or column > last_column]:
                    del sheet._cells[row, column]  # far and without a value: every walk over a sheet fills the grid up to them
            if not book.worksheets:  # of Strict Open XML openpyxl knows no part
                raise ValueError
            book.template = False  # an .xltx by another name: the copy is a workbook
            book.calculation.fullCalcOnLoad = True  # formulas stay, their last results cannot be written beside them
            return book
        except Exception as error:  # a workbook that calamine reads and openpyxl does not
            raise ValueError(type(error).__name__) from error
    return _from_xls(content) if content.startswith(b"\xd0\xcf") else _from_csv(content)


def _from_csv(content: bytes) -> Workbook:
    """Return text cells only, so that numbers keep their digits."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = "台账"
    for row_no, row in enumerate(csv_reader.rows(content), 1):
        for column, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(row_no, column, text)
                cell.number_format, cell.data_type = "@", "s"
    _fit(sheet)
    return book


def breadth(text: str) -> int:
    """Return the width of a text; a Chinese sign is two wide."""
    return sum(2 if ord(sign) > 255 else 1 for sign in text)


def _fit(sheet: Worksheet) -> None:
    for column in sheet.iter_cols():
        widest = max((breadth(str(cell.value or "")) for cell in column), default=0)
        sheet.column_dimensions[get_column_letter(column[0].column)].width = min(max(widest + 2, 8), 40)


def _from_xls(content: bytes) -> Workbook:
    """Return values, formats, fonts, borders, fills, comments, merges, widths and heights of an .xls; its formulas come as their values."""
    import xlrd

    try:
        old = xlrd.open_workbook(file_contents=content, formatting_info=True)
    except Exception as error:
        raise ValueError(type(error).__name__) from error
    book = Workbook()
    book.remove(book.active)
    for source in old.sheets():
        sheet = book.create_sheet(source.name)
        sheet.sheet_state = "visible" if source.visibility == 0 else "hidden"
        _copy_sheet(old, source, sheet)
    return book


def _copy_sheet(old: Any, source: Any, sheet: Worksheet) -> None:
    import xlrd

    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            original = source.cell(row, column)
            cell = sheet.cell(row + 1, column + 1, _value(old, original))
            if original.ctype == xlrd.XL_CELL_TEXT:
                cell.data_type = "s"  # a text that begins with "=" was no formula, and must not become one
            if original.xf_index is not None:
                _dress(old, old.xf_list[original.xf_index], cell)
        height = source.rowinfo_map.get(row)
        if height is not None and height.height:
            sheet.row_dimensions[row + 1].height = height.height / 20
            sheet.row_dimensions[row + 1].hidden = bool(height.hidden)
    for column, info in source.colinfo_map.items():
        sheet.column_dimensions[get_column_letter(column + 1)].width = info.width / 256
        sheet.column_dimensions[get_column_letter(column + 1)].hidden = bool(info.hidden)
    for (row, column), note in source.cell_note_map.items():
        sheet.cell(row + 1, column + 1).comment = Comment(note.text, note.author or "")
    for top, bottom, left, right in source.merged_cells:
        sheet.merge_cells(start_row=top + 1, end_row=bottom, start_column=left + 1, end_column=right)


def _value(old: Any, cell: Any) -> object:
    """Return a cell's value; errors as their text, dates as days."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, old.datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#ERROR")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_TEXT:  # .xls takes signs that .xlsx cannot hold
        return ILLEGAL_CHARACTERS_RE.sub("", cell.value)
    return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value


def _dress(old: Any, style: Any, cell: Any) -> None:
    number_format = old.format_map[style.format_key].format_str
    cell.number_format = "yyyy-mm-dd" if isinstance(cell.value, dt.datetime) and number_format == "General" else number_format
    font = old.font_list[style.font_index]
    weight = {"bold": bool(font.bold), "italic": bool(font.italic)}
    cell.font = Font(name=font.name, size=font.height / 20, color=_colour(old, font.colour_index), **weight)
    alignment = style.alignment
    cell.alignment = Alignment(horizontal=_ACROSS.get(alignment.hor_align), vertical="center", wrap_text=bool(alignment.text_wrapped))
    lines = {side: Side(_LINES.get(getattr(style.border, f"{side}_line_style"))) for side in ("left", "right", "top", "bottom")}
    cell.border = Border(**lines)
    fill = _colour(old, style.background.pattern_colour_index)
    if style.background.fill_pattern == 1 and fill:
        cell.fill = PatternFill("solid", fgColor=fill)


def _colour(old: Any, index: int) -> str | None:
    """Return a colour of the palette as RRGGBB; None for the system's own."""
    colour = old.colour_map.get(index) if index < _NO_COLOUR else None
    return "{:02X}{:02X}{:02X}".format(*colour) if colour else None
