"""Exported tables as a workbook: what is inside, a sheet a table, native charts that rest on numbers alone: nothing withheld is in one."""

from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.text import RichText
from openpyxl.chart.title import title_maker
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from locales import _
from warehouse.disclosure import cell_display
from warehouse.storage import xlsx_bytes
from warehouse.storage.csv_injection import breadth, plain, workbook_text

MOST_LETTERS = 31  # of a sheet's name
_FONT = "Calibri"  # with Chinese letters Excel and WPS take their own
_HEAD = "DCE6F2"
_ACCENT, _PALE = "0B5CAD", "D8DEE6"
_FIRST = 4  # row of the headings on a table's sheet
_WIDE, _GAP = 12.5, 1  # centimetres of a chart; empty rows around it
_ON_A_LINE = 22  # letters beside a bar
_LETTER_CM, _LINE_POINTS = 0.2, 15.0  # of a narrow letter; of a row
_MOST_ON_A_PAGE = 45  # rows of a table that is printed on one page with its charts
_FULL = 0.9995


@dataclass(frozen=True)
class Series:
    """A chart: its title, what its names are, and (name, value, target) by line, the neediest first; without a target None."""

    title: str
    heading: str
    lines: tuple[tuple[str, float, float | None], ...]
    is_share: bool = True


@dataclass(frozen=True)
class Sheet:
    """One table as people read it; `shares` are the places of columns that hold shares, `series` the charts made of it."""

    name: str
    headings: list[str]
    rows: list[list]
    shares: frozenset[int]
    series: tuple[Series, ...] = ()


@dataclass(frozen=True)
class Edition:
    """What a file says: lines of its title block, then its tables; `stamp` is the one line for the foot of each page."""

    block: list[str]
    sheets: list[Sheet]
    stamp: str


def as_xlsx(edition: Edition) -> bytes:
    """Return the bytes of the workbook."""
    book = Workbook()
    names = _names(edition.sheets)
    _about(book.active, edition, names)
    pages = [_table(book.create_sheet(name), sheet, edition) for name, sheet in zip(names, edition.sheets, strict=True)]
    if charts := [series for sheet in edition.sheets for series in sheet.series]:
        figures = book.create_sheet(_("图表数据"))
        places = iter(_figures(figures, charts))
        for page, sheet in zip(pages, edition.sheets, strict=True):
            _charts(page, figures, [(series, next(places)) for series in sheet.series])
    for page in book:
        set_up_print(page, edition.stamp)
        if page.print_title_rows and page.max_row <= _MOST_ON_A_PAGE:
            page.page_setup.fitToHeight = 1
    return xlsx_bytes.of(book)


def _names(sheets: list[Sheet]) -> list[str]:
    names: list[str] = []
    for sheet in sheets:
        name, at = sheet.name[:MOST_LETTERS], 2
        while name in names:
            name, at = f"{sheet.name[: MOST_LETTERS - 4]} {at}", at + 1
        names.append(name)
    return names


def _about(page: Any, edition: Edition, names: list[str]) -> None:
    page.title = _("说明")
    page.column_dimensions["A"].width = wide = 108
    for line in edition.block:
        page.append([workbook_text(line)])
        page.cell(page.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[page.max_row].height = _high(line, wide)
    page.append([])
    page.append([_("各张表（点击打开）")])
    page.cell(page.max_row, 1).font = Font(name=_FONT, bold=True)
    for name, sheet in zip(names, edition.sheets, strict=True):
        says = _("{name}：{count} 行，{charts} 张图").format(name=sheet.name, count=len(sheet.rows), charts=len(sheet.series))
        page.append([says])
        cell = page.cell(page.max_row, 1)
        cell.hyperlink = Hyperlink(cell.coordinate, location=f"'{name}'!A1")  # an address would be a link to outside
        cell.font = Font(name=_FONT, color=_ACCENT, underline="single")
    if any(sheet.series for sheet in edition.sheets):
        page.append([_("图可以在 Excel 里修改；图所用的数在最后一张表，按差距排列。不公布和没有的数不在图里。")])


def _table(page: Any, sheet: Sheet, edition: Edition) -> Any:
    """A table under its name and the line that says whose figures these are; widths as wide as the words."""
    page.append([workbook_text(sheet.name)])
    page.cell(1, 1).font = Font(name=_FONT, bold=True, size=14)
    page.append([workbook_text(edition.stamp)])
    page.append([])
    page.append([workbook_text(text) for text in sheet.headings])
    for cell in page[_FIRST]:
        cell.font, cell.fill = Font(name=_FONT, bold=True), PatternFill("solid", start_color=_HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    for row in sheet.rows:
        page.append([number(value, place in sheet.shares) for place, value in enumerate(row)])
        for place, value in enumerate(row):
            cell = page.cell(page.max_row, place + 1)
            cell.number_format = "0.0%" if place in sheet.shares else cell.number_format
            if not isinstance(value, (int, float)):
                cell.alignment = (
                    Alignment(horizontal="right") if isinstance(value, cell_display.Shown) else Alignment(indent=1 if place else 0)
                )
    fixed = sum(bool(sheet.rows) and isinstance(value, str) for value in (sheet.rows[0] if sheet.rows else [])[:2])
    page.freeze_panes = page.cell(_FIRST + 1, fixed + 1)
    widths = [_wide(sheet, place) for place in range(len(sheet.headings))]
    for place, width in enumerate(widths):
        page.column_dimensions[get_column_letter(place + 1)].width = width
    page.row_dimensions[_FIRST].height = max(_high(*pair) for pair in zip(sheet.headings, widths, strict=True))
    page.print_title_rows = f"{_FIRST}:{_FIRST}"
    return page


def _high(text: str, width: float) -> float:
    """Return the height of a row whose text wraps in so many letters; no program works that out for a file it did not write."""
    return _LINE_POINTS * -(-(breadth(text) + 1) // max(int(width) - 1, 1))


def _wide(sheet: Sheet, place: int) -> float:
    """Return the width of a column: its cells on one line; of its heading the words that must not break (Chinese ones may)."""
    texts = [cell_display.text(row[place], place in sheet.shares) for row in sheet.rows]
    words = [word for word in sheet.headings[place].split() if word.isascii()]
    return max(9.5, min(max(map(breadth, [*texts, *words]), default=0) + 2, 44))


def number(value: object, is_share: bool) -> object:
    """Numbers as they are, shares to a tenth of a percent and never up to a full 100; all else in words."""
    if isinstance(value, (int, float)):
        return round(value, 2) if not is_share else 0.999 if _FULL <= value < 1 else round(value, 3)
    return workbook_text(cell_display.text(value))


def _figures(page: Any, charts: list[Series]) -> list[int]:
    """The charts' own tables below each other; the rows where each begins (its headings)."""
    page.column_dimensions["A"].width = 40
    places = []
    for series in charts:
        page.append([workbook_text(series.title)])
        page.cell(page.max_row, 1).font = Font(name=_FONT, bold=True)
        page.append([series.heading, _("目标"), _("实际") if series.is_share else _("人数")])
        places.append(page.max_row)
        for name, value, target in series.lines:
            page.append([workbook_text(name), target, number(value, series.is_share)])
            for column in (2, 3):
                page.cell(page.max_row, column).number_format = "0.0%" if series.is_share else "#,##0"
        page.append([])
    return places


def _charts(page: Any, figures: Any, charts: list[tuple[Series, int]]) -> None:
    row = page.max_row + 1 + _GAP
    for at in range(0, len(charts), 2):
        pair = charts[at : at + 2]
        for series, place, column in ((*chart, column) for chart, column in zip(pair, (1, _second_column(page)), strict=False)):
            page.add_chart(_chart(figures, series, place), f"{get_column_letter(column)}{row}")
        row += max(int(_height(series) / 0.53) + 1 for series, _place in pair) + _GAP


def _second_column(page: Any) -> int:
    """The column in which a second chart has room beside the first."""
    wide, column = 0.0, 1
    while wide < _WIDE + 0.5:
        letter = get_column_letter(column)
        wide += (page.column_dimensions[letter].width if letter in page.column_dimensions else 9) * _LETTER_CM
        column += 1
    return column


def _height(series: Series) -> float:
    longest = max(breadth(name) for name, _value, _target in series.lines)
    return max(5.5, 2.6 + (0.62 if longest <= _ON_A_LINE else 0.95) * len(series.lines))


def _chart(figures: Any, series: Series, place: int) -> Any:
    """Horizontal bars, the first on top; behind each the way to its target in pale."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.overlap = "bar", 45, 100
    last = place + len(series.lines)
    has_target = any(target is not None for _name, _value, target in series.lines)
    for column in (2, 3) if has_target else (3,):
        chart.add_data(Reference(figures, min_col=column, min_row=place, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(figures, min_col=1, min_row=place + 1, max_row=last))
    for bars, colour in zip(chart.series, (_PALE, _ACCENT) if has_target else (_ACCENT,), strict=True):
        bars.graphicalProperties.solidFill = colour
        bars.graphicalProperties.line.solidFill = colour
        bars.smooth = False
    labels = chart.series[-1].dLbls = DataLabelList()
    labels.showVal, labels.showSerName, labels.showCatName, labels.showLegendKey = True, False, False, False
    labels.numFmt, labels.position = ("0.0%" if series.is_share else "#,##0"), "outEnd"
    _lettered(chart, series, has_target)
    return chart


def _lettered(chart: Any, series: Series, has_target: bool) -> None:
    chart.title = title_maker(plain(series.title))
    for paragraph in chart.title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=CharacterProperties(sz=1100, b=True))
        for run in paragraph.r:
            run.rPr = CharacterProperties(sz=1100, b=True)
    chart.title.overlay = False
    chart.legend = chart.legend if has_target else None
    if chart.legend:
        chart.legend.position = "b"
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        small = ParagraphProperties(defRPr=CharacterProperties(sz=900))
        axis.txPr = RichText(p=[Paragraph(pPr=small, endParaRPr=CharacterProperties(sz=900))])
    chart.x_axis.scaling.orientation, chart.x_axis.tickLblSkip = "maxMin", 1
    chart.y_axis.crosses = "max"
    chart.y_axis.scaling.min = 0
    chart.y_axis.majorGridlines = None
    if series.is_share:
        chart.y_axis.scaling.max, chart.y_axis.majorUnit, chart.y_axis.number_format = 1.2, 0.2, '[<=1]0%;""'
    chart.width, chart.height = _WIDE, _height(series)


def set_up_print(page: Any, foot: str) -> None:
    """Set a sheet up to print across A4, as wide as the page, with a line and the page's number at the foot."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.left.text, page.oddFooter.right.text = plain(foot).replace("&", "&&"), "&P / &N"
    page.oddFooter.left.size = page.oddFooter.right.size = 8
