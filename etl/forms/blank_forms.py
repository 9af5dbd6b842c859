"""Blank ledgers for the villages: headings, drop-down lists, date and text formats, a short word on every column."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from etl.forms import forms
from warehouse.storage import atomic_write, xlsx_bytes
from warehouse.storage.csv_injection import workbook_text

TOP, ROWS = 4, 500  # the row of the headings, and how many rows below it are prepared
_COLUMNS_A_PAGE = 14
_LIST_CHARACTERS = 250  # Excel takes lists of at most 255 characters in a rule
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LINE = Border(*(Side(style="thin", color="B0B0B0"),) * 4)
_REQUIRED, _OPTIONAL = PatternFill("solid", fgColor="F6D9D5"), PatternFill("solid", fgColor="E3EAF2")
_LEFT_OUT = {"visits": {f"topic_{name}" for name in "health schooling parents wishes family policy guardianship safety".split()}}
_TEXT = {"id_number", "phone", "card_number", "text", "name", "names", "village"}
_LONG = {"note", "problem", "description", "address", "situation", "remark"}
_NOTES, _REGISTER_NOTES, _WIDTHS, _RULES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).values()
_OPEN_LISTS = {"classes", "disability", "helper_category"}  # several words, or another one, are allowed


def write_templates(folder: Path) -> list[Path]:
    """Write the blank workbooks into a folder; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in workbooks():
        atomic_write.write_bytes(folder / name, content)
    return [folder / name for name, _content in workbooks()]


@cache
def workbooks() -> tuple[tuple[str, bytes], ...]:
    """Return (file name, content) of one blank workbook per kind of ledger (ledgers.md §4) and of the register."""
    return tuple((f"{form.titles[0]}.xlsx", _workbook(form)) for form in forms.forms().values())


def filled(ledger: str, lines: list[dict[str, str | None]]) -> bytes:
    """Return the blank workbook of a ledger with lines in it: texts by field, as ledgers had them."""
    return _workbook(forms.forms()[ledger], lines)


def _workbook(form: forms.Form, lines: Sequence[Mapping[str, str | None]] = ()) -> bytes:
    book, title = Workbook(), form.titles[0]
    page = book.active
    page.title = title
    fields = [field for name, field in form.fields.items() if name not in _LEFT_OUT.get(form.ledger, ())]
    _head(page, title, len(fields))
    for at, field in enumerate(fields, 1):
        _column(page, at, field, _REGISTER_NOTES.get(field.name, "") if form.ledger == "villages" else "")
    for row, line in enumerate(lines, TOP + 1):
        for at, field in enumerate(fields, 1):
            page.cell(row, at, workbook_text(line.get(field.name)))
    page.row_dimensions[TOP].height = 34
    page.freeze_panes = page.cell(TOP + 1, 1)
    page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight = "landscape", page.PAPERSIZE_A4, 0
    page.page_setup.fitToWidth = 1 + len(fields) // _COLUMNS_A_PAGE
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{TOP}:{TOP}"
    return xlsx_bytes.of(book)


def _head(page: Worksheet, title: str, width: int) -> None:
    page.cell(1, 1, title).font = Font(bold=True, size=16)
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=min(width, 10))
    page.cell(1, 1).alignment = Alignment(horizontal="center")
    page.cell(2, 1, "填报单位：")
    page.cell(2, 3, "填报时间：")
    page.cell(2, 4).number_format = "yyyy-mm-dd"
    page.cell(2, 4).alignment = Alignment(horizontal="left")
    _add_rule(page, DataValidation(type="date", operator="greaterThan", formula1="36526"), "D2", "填报时间", _NOTES["date"])
    _add_rule(page, DataValidation(), "B2", "填报单位", _NOTES["village"])
    note = "注：红色表头为必填或按类别必填，蓝色表头有则填写；没有此类儿童的，在第一行写“零报告”。选中单元格可看到填写说明。"
    page.cell(3, 1, note).font = Font(color="606060")


def _column(page: Worksheet, at: int, field: forms.Field, note: str) -> None:
    letter = get_column_letter(at)
    head = page.cell(TOP, at, field.aliases[0])
    is_required = field.required or field.required_for or field.required_from_age
    head.font, head.border, head.fill = Font(bold=True), _LINE, _REQUIRED if is_required else _OPTIONAL
    head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    usual = 28 if field.name in _LONG else _WIDTHS.get(field.kind, 10)
    page.column_dimensions[letter].width = max(usual, 2 * len(field.aliases[0]) + 2)
    for row in range(TOP + 1, TOP + 1 + ROWS):
        cell = page.cell(row, at)
        cell.number_format = "@" if field.kind in _TEXT else "yyyy-mm-dd" if field.kind in ("date", "dates") else "General"
    span = f"{letter}{TOP + 1}:{letter}{TOP + ROWS}"
    page.conditional_formatting.add(span, FormulaRule(formula=[f"COUNTA($A{TOP + 1}:$AZ{TOP + 1})>0"], border=_LINE))
    _add_rule(page, _rule(field, f"{letter}{TOP + 1}"), span, field.aliases[0], _note(field, note))


def _rule(field: forms.Field, first: str) -> DataValidation:
    """Return what is allowed in a column's cells; a warning where something else may be meant."""
    if words := _words(field):
        rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        rule.showErrorMessage = field.kind not in _OPEN_LISTS
        rule.error = "请从列表中选择。"
        return rule
    if field.kind not in _RULES:
        return DataValidation()
    kind, formula, text = _RULES[field.kind]
    rule = DataValidation(type=kind, formula1=formula.format(cell=first), allow_blank=True, errorStyle="warning", error=text)
    rule.operator, rule.showErrorMessage = None if kind == "custom" else "greaterThanOrEqual", True
    return rule


def _words(field: forms.Field) -> list[str]:
    """Return the words of a drop-down list: for each code the first Chinese one that the reader knows."""
    name = forms.vocabulary_of(field)
    if name is None:
        return []
    words: dict[str, str] = {}
    for word, code in forms.vocabulary(name).items():
        if _HAN.search(word):
            words.setdefault(code, word)
    return list(words.values()) if len(",".join(words.values())) <= _LIST_CHARACTERS else []


def _note(field: forms.Field, note: str) -> str:
    parts = ["必填。"] if field.required else []
    if field.required_for:
        parts = [f"第{'、'.join(map(str, field.required_for))}类儿童必填。"]
    if field.required_from_age:
        parts = [f"年满 {field.required_from_age} 周岁必填。"]
    return "".join([*parts, note or _NOTES.get(field.kind, "从列表选择。" if _words(field) else "")])


def _add_rule(page: Worksheet, rule: DataValidation, span: str, title: str, text: str) -> None:
    rule.promptTitle, rule.prompt, rule.showInputMessage = title[:32], text or "有则填写。", True
    page.add_data_validation(rule)
    rule.add(span)
