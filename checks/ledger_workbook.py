"""A village's own ledger as a new openpyxl workbook that can be marked, with what its cells hold and how they look."""

import datetime as dt
import io
import re
from copy import copy as shallow_copy
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from checks import active_content
from warehouse.storage import csv_reader
from warehouse.storage.csv_injection import breadth, plain

CSV_SHEET = "台账"  # the name of the one sheet of a .csv
_PAINTED_BEYOND = 500  # rows and columns behind the last filled cell whose look is kept
# What a number format may say besides signs of its own; any other word is not needed to read a cell, and could be anybody's name.
_UNKNOWN_WORD = re.compile(r"[^\x00-\x7f￥¥€年月日时分秒元角人岁万亿千百个次户天周期星上下午（）—－：、。，]|\"[^\"]*[A-Za-z0-9]{4}")
_WORDS = re.compile(r'"[^"=@+]*"')  # a list written out, not one of cells


class LedgerWorkbook(NamedTuple):
    """A new workbook with what a ledger holds, and the codes (active_content) of what it held besides and the new one does not."""

    book: Workbook
    removed: set[str]


def open_workbook(content: bytes) -> LedgerWorkbook:
    """Return the ledger in a new workbook: values, looks, widths, merges, comments, lists of words to choose from, harmless formulas."""
    if content.startswith(b"PK"):
        try:
            return _from_xlsx(content)
        except Exception as error:  # a workbook that calamine reads and openpyxl does not
            raise ValueError(type(error).__name__) from error
    return LedgerWorkbook(_from_xls(content) if content.startswith(b"\xd0\xcf") else _from_csv(content), active_content.parts(content))


def _from_xlsx(content: bytes) -> LedgerWorkbook:
    """Return a new workbook of the cells of another one: what is not copied here by name is not in it."""
    old, book = load_workbook(io.BytesIO(content), keep_vba=False, keep_links=False, rich_text=True), Workbook()
    if not old.worksheets:  # of Strict Open XML openpyxl knows no part
        raise ValueError
    book.remove(book.active)
    book.calculation.fullCalcOnLoad = True  # formulas stay, their last results cannot be written beside them
    removed, looks, settled = active_content.parts(content), dict[tuple[int, ...], Any](), list[tuple[Cell, Cell]]()
    for source in old.worksheets:
        sheet = book.create_sheet(source.title)
        sheet.sheet_state = "visible" if source.sheet_state == "visible" else "hidden"
        for cell in _near_cells(source):
            copy = sheet.cell(cell.row, cell.column)
            if cell.has_style:
                _copy_look(cell, copy, looks)
            if cell.data_type == "f" and not (isinstance(cell.value, str) and active_content.is_harmless(cell.value)):
                settled.append((cell, copy))
            elif cell.value is not None:
                copy.value = cell.value
                copy.data_type = cell.data_type  # a text that begins with "=" was no formula, and must not become one
            if cell.comment:
                copy.comment = Comment(cell.comment.text, "", height=cell.comment.height, width=cell.comment.width)
            if cell.hyperlink is not None:
                removed.add(active_content.LINKS)
        _copy_frame(source, sheet)
    if settled:
        removed.add(active_content.LINKS)
        last = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        for cell, copy in settled:
            copy.value = last[cell.parent.title].cell(cell.row, cell.column).value
            if isinstance(copy.value, str):
                copy.data_type = "s"
    return LedgerWorkbook(book, removed)


def _near_cells(sheet: Worksheet) -> list[Cell]:
    """Return the cells that exist, without those far behind the last value: a painted row or column may reach to the end of the sheet."""
    filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
    last_row, last_column = (max(axis) + _PAINTED_BEYOND for axis in zip((1, 1), *filled, strict=True))
    near = (cell for (row, column), cell in sheet._cells.items() if row <= last_row and column <= last_column)
    return [cell for cell in near if not isinstance(cell, MergedCell)]


def _copy_look(cell: Cell, copy: Cell, looks: dict[tuple[int, ...], Any]) -> None:
    """Give a cell the look of another workbook's; `looks` keeps the number of each look once it is written."""
    style = tuple(cell._style)
    if style not in looks:
        copy.font, copy.fill, copy.border = shallow_copy(cell.font), shallow_copy(cell.fill), shallow_copy(cell.border)
        copy.alignment, copy.protection, copy.number_format = (
            shallow_copy(cell.alignment),
            shallow_copy(cell.protection),
            _plain_format(cell.number_format),
        )
        looks[style] = copy._style
    copy._style = shallow_copy(looks[style])


def _plain_format(text: str) -> str:
    """Return a number format without words of its writer's."""
    return text if not _UNKNOWN_WORD.search(text) else "yyyy-mm-dd" if is_date_format(text) else "General"


def _copy_frame(source: Worksheet, sheet: Worksheet) -> None:
    """Copy merges, widths, heights, what is frozen, the paper, and lists of words to choose from."""
    for merged in source.merged_cells.ranges:
        sheet.merge_cells(merged.coord)
    for letter, column in source.column_dimensions.items():
        copy = sheet.column_dimensions[letter]
        copy.min, copy.max, copy.hidden = column.min, column.max, column.hidden
        if column.customWidth:
            copy.width = column.width
    last_row = sheet.max_row
    for number, row in source.row_dimensions.items():
        if number <= last_row:
            sheet.row_dimensions[number].height, sheet.row_dimensions[number].hidden = row.height, row.hidden
    sheet.freeze_panes = source.freeze_panes
    sheet.page_setup.orientation, sheet.page_setup.paperSize = source.page_setup.orientation, source.page_setup.paperSize
    for rule in source.data_validations.dataValidation:
        if rule.type == "list" and _WORDS.fullmatch(rule.formula1 or ""):
            sheet.add_data_validation(DataValidation("list", formula1=rule.formula1, allow_blank=True, sqref=rule.sqref))


def _from_csv(content: bytes) -> Workbook:
    """Return text cells only, so that numbers keep their digits."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = CSV_SHEET
    for row_no, row in enumerate(csv_reader.rows(content), 1):
        for column, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(row_no, column, plain(text))
                cell.number_format, cell.data_type = "@", "s"
    _fit(sheet)
    return book


def _fit(sheet: Worksheet) -> None:
    for column in sheet.iter_cols():
        widest = max((breadth(str(cell.value or "")) for cell in column), default=0)
        sheet.column_dimensions[get_column_letter(column[0].column)].width = min(max(widest + 2, 8), 40)


def _from_xls(content: bytes) -> Workbook:
    """Return values, formats, comments, merges, widths and heights of an .xls; its formulas come as their values."""
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
                number_format = _plain_format(old.format_map[old.xf_list[original.xf_index].format_key].format_str)
                cell.number_format = "yyyy-mm-dd" if isinstance(cell.value, dt.datetime) and number_format == "General" else number_format
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
        return plain(cell.value)
    return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
