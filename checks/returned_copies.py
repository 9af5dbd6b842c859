"""Faults written back into the village's own workbook: faulty cells coloured and commented, a first sheet that lists them all.

The copy loads like any ledger once it is mended: it names the file it mends, and its list sheet is no data.
"""

import contextlib
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from checks import active_content, foreign_rows, ledger_workbook
from checks.catalogue import SEVERITIES, catalogue, sentence, severity_name
from checks.foreign_rows import Foreign
from locales import _, language, use_language
from warehouse.builds import raw_sheets
from warehouse.builds.raw_sheets import RETURNED
from warehouse.builds.repository import Build
from warehouse.storage import limited_process, xlsx_bytes
from warehouse.storage.csv_injection import breadth, plain, workbook_text
from warehouse.storage.keys import Key
from warehouse.storage.limited_process import LimitedProcess

Row = dict[str, Any]
Progress = Callable[[float], object]  # given the share that is done
FILLS = {"critical": "F6C7C1", "warning": "FBE3A6", "info": "D5E6F7"}
_COLOURED = {severity: PatternFill("solid", fgColor=colour) for severity, colour in FILLS.items()}
_WRAPPED, _LINK = Alignment(wrap_text=True, vertical="top", horizontal="left"), Font(color="0B5CAD", underline="single")
LIST = "检查结果"
# What a file's name may not hold on one system or another, and where one of Windows' devices begins.
_UNSAFE = re.compile(r"[/\\:*?\"<>|\t\r\n]|^(?=(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))", re.IGNORECASE)
_LONGEST = 72  # letters of a name, which may have three bytes each
_WIDTHS = (8, 18, 8, 20, 46, 46, 8)
QUERY = """
select f.severity, f.code, f.detail, f.field, f.class_no, f.ledger, f.value_masked, f.file, s.sheet_id, s.sheet as in_sheet, f.row_no, f.heading,
    coalesce(c.column_no, (
        select min(h.column_no) from ledger_columns as h where f.field is null and h.sheet_id = f.sheet_id and h.heading = f.heading
    )) as column_no, s.file_id, n.column_no as name_column
from findings as f
inner join ledger_sheets as s on s.sheet_id = f.sheet_id
left join ledger_columns as c on c.sheet_id = f.sheet_id and c.field = f.field
left join ledger_columns as n
    on n.sheet_id = f.sheet_id and n.field = case when f.ledger = 'helpers' then 'helper_name' else 'child_name' end
where s.file_id = $file_id
order by f.finding_id
"""


class Original(NamedTuple):
    """A file as it was handed in, with what its copy says of it."""

    file_id: str
    file: str
    content: bytes
    faults: list[Row]
    read_sheets: frozenset[str]  # names of sheets that are ledgers
    language: str
    foreign: Foreign | None = None  # what identifies children of other villages


def original(build: Build, key: Key, file_id: str) -> Original:
    """Return a file with its faults. Raises KeyError for one whose bytes the build does not hold."""
    rows = build.rows(
        "select r.sealed, f.file from raw_files as r inner join ledger_files as f on f.file_id = r.file_id where r.file_id = $id",
        {"id": file_id},
    )
    if not rows:
        raise KeyError(file_id)
    names = raw_sheets.sheet_names(build, key, file_id)  # those in the build may be ordinals
    faults = [fault | {"in_sheet": names.get(fault["sheet_id"], fault["in_sheet"])} for fault in build.rows(QUERY, {"file_id": file_id})]
    sheets = build.rows("select sheet_id, sheet, state from ledger_sheets where file_id = $id", {"id": file_id})
    unread = {names.get(row["sheet_id"], row["sheet"]) for row in sheets if row["state"] not in ("loaded", "empty", "returned")}
    read = {names.get(row["sheet_id"], row["sheet"]) for row in sheets} - unread
    return Original(
        file_id,
        rows[0]["file"],
        key.unseal(file_id, bytes(rows[0]["sealed"])),
        faults,
        frozenset(name or ledger_workbook.CSV_SHEET for name in read),
        language(),
    )


class Copy(NamedTuple):
    """A returned copy; None for a file that cannot be opened. `is_foreign`: it speaks of children of other villages."""

    content: bytes | None
    is_foreign: bool = False


def copy(source: Original) -> Copy:
    """Return the file as .xlsx with its faults marked, without what runs or calls out when it is opened (checks/active_content.py)."""
    try:
        book, removed = ledger_workbook.open_workbook(source.content)
    except ValueError:
        return Copy(None)
    _unmark(book)
    is_foreign = source.foreign is not None and foreign_rows.has_children_of_others(book, source.read_sheets, source.foreign)
    _mark(book, source.faults)
    _list(book, source.faults, source.file_id, source.file)
    _name_removed(book, removed)
    return Copy(xlsx_bytes.of(book), is_foreign)


def _answer(source: Original) -> Copy:
    """Return the copy in the language asked for; runs in a process with limits."""
    use_language(source.language)
    return copy(source)


def _unmark(book: Workbook) -> None:
    """Remove the list, colours and comments of an earlier return; the village's own comments stay."""
    for sheet in book.worksheets[:]:
        if str(sheet["A1"].value or "").startswith(RETURNED) and len(book.worksheets) > 1:
            book.remove(sheet)
    openings = tuple(f"{severity_name(code)}：" for code in SEVERITIES)
    for cell in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.comment):
        lines = cell.comment.text.splitlines()
        others = [line for line in lines if not line.startswith(openings)]
        if len(others) < len(lines):
            cell.fill = PatternFill()
            cell.comment = Comment("\n".join(others), cell.comment.author) if "".join(others).strip() else None


def _sheet_of(book: Workbook, fault: Row) -> Worksheet | None:
    """Return the sheet of a fault; a .csv has but one."""
    if not fault["in_sheet"]:
        return book.worksheets[-1]
    return book[fault["in_sheet"]] if fault["in_sheet"] in book.sheetnames else None


def _column(fault: Row) -> int:
    """Return the column to mark: the faulty cell's, else the name's, else the first."""
    return fault["column_no"] or fault["name_column"] or 1


def _mark(book: Workbook, faults: list[Row]) -> None:
    """Colour and comment each faulty cell; several faults of one cell share a comment, the worst gives the colour."""
    at: dict[tuple[str, int, int], list[Row]] = defaultdict(list)
    for fault in faults:
        sheet = _sheet_of(book, fault)
        if sheet is not None and fault["row_no"]:
            cell = _anchor(sheet, fault["row_no"], _column(fault))
            at[sheet.title, cell.row, cell.column].append(fault)
    for (title, row, column), of_cell in at.items():
        cell = book[title].cell(row, column)
        worst = min((fault["severity"] for fault in of_cell), key=SEVERITIES.index)
        sentences = [f"{severity_name(fault['severity'])}：{'。'.join(sentence(fault))}。" for fault in of_cell]
        comment = [cell.comment.text] if cell.comment else []
        cell.fill = _COLOURED[worst]
        text = plain("\n".join([*comment, *dict.fromkeys(sentences)]))
        cell.comment = Comment(text, _("检查"), height=40 + 36 * len(sentences), width=320)


def _anchor(sheet: Worksheet, row: int, column: int) -> Any:
    """Return the cell itself, or the first one of the merged range that it lies in."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    return sheet.cell(merged.min_row, merged.min_col)


def _list(book: Workbook, faults: list[Row], file_id: str, file: str) -> None:
    """Add the first sheet: every fault of the file with a link to its cell."""
    title = LIST if LIST not in book.sheetnames else f"{LIST}_"
    sheet = book.create_sheet(title, 0)
    book.active = 0
    sheet.append([RETURNED + file_id])
    sheet["A1"].font = Font(color="9AA4B2", size=8)
    counts = "，".join(f"{severity_name(code)} {sum(fault['severity'] == code for fault in faults)}" for code in SEVERITIES)
    summary = _("{file}：{counts}。改好后直接把这个文件报回来即可，颜色、批注和这张表都不用删。").format(file=file, counts=counts)
    sheet.append([workbook_text(summary)])  # a file, a sheet or a heading may be called like a formula
    sheet["A2"].font = Font(bold=True)
    sheet.append([_("程度"), _("工作表"), _("行"), _("列（点击跳转）"), _("问题"), _("怎么办"), _("方案条款")])
    for row, fault in enumerate(faults, 4):
        _line(book, sheet, row, fault)
    for at, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
        sheet.cell(3, at).font = Font(bold=True)
    sheet.merge_cells("A2:G2")
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[2].height = 34
    sheet.freeze_panes, sheet.print_title_rows = "A4", "3:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def _name_removed(book: Workbook, removed: set[str]) -> None:
    """Say above the list what of the village's own file the copy does not hold, so that nobody takes it for lost."""
    if not removed:
        return
    names = {
        active_content.MACROS: _("宏"),
        active_content.LINKS: _("引用别处的公式和链接（已换成原来的值）"),
        active_content.OBJECTS: _("图表、图片、嵌入的对象和控件"),
    }
    sheet = book.worksheets[0]
    text = _("为了安全，这份副本里没有放：{what}；原文件不受影响。").format(
        what=_("、").join(name for code, name in names.items() if code in removed)
    )
    sheet["A2"] = f"{sheet['A2'].value}\n{text}"
    sheet.row_dimensions[2].height += 17 * _lines(text, sum(_WIDTHS))


def _line(book: Workbook, sheet: Worksheet, row: int, fault: Row) -> None:
    """Add one fault to the list; the row is a parameter, because openpyxl counts all rows to find the last."""
    says, remedy = sentence(fault)
    cells = [fault["in_sheet"], fault["row_no"], fault["heading"] or _("整行"), says, remedy, catalogue()[fault["code"]].plan]
    sheet.append([severity_name(fault["severity"]), *map(workbook_text, cells)])
    sheet.cell(row, 1).fill = _COLOURED[fault["severity"]]
    for column in range(1, len(_WIDTHS) + 1):
        sheet.cell(row, column).alignment = _WRAPPED
    sheet.row_dimensions[row].height = 16 * max(_lines(sheet.cell(row, at).value, width) for at, width in enumerate(_WIDTHS, 1))
    place = _sheet_of(book, fault)
    if place is not None and fault["row_no"]:
        name = place.title.replace("'", "''")
        link = sheet.cell(row, 4)
        link.hyperlink = Hyperlink(link.coordinate, location=f"'{name}'!{get_column_letter(_column(fault))}{fault['row_no']}")
        link.font = _LINK


def _lines(text: object, width: int) -> int:
    """Return the lines that a text takes in a column; not every office makes a row as high as its text by itself."""
    return max(1, -(-breadth(str(text or "")) // (width - 2)))


def copies(
    build: Build, key: Key, village_id: str | None = None, progress: Progress = lambda _share: None
) -> Iterator[tuple[str, bytes | None]]:
    """Yield (name inside the ZIP, bytes) of every file with faults, of one village or the town, by village and name.

    A file that speaks of children of several villages is the centre's alone: it lies in a folder so named, and a village gets its name
    only. None for a file that no copy can be made of: it could not be read, opens in no workbook, takes too long, or was not kept.
    """
    files = build.rows(
        "select distinct v.sort_no, v.name as village, l.file_id, l.file, l.village_id from ledger_files as l"
        " left join ledger_sheets as s on s.file_id = l.file_id left join findings as f on f.sheet_id = s.sheet_id"
        " left join villages as v on v.village_id = l.village_id"
        " where (f.code is not null or l.fault is not null) and ($village is null or l.village_id = $village) order by v.sort_no, l.file",
        {"village": village_id},
    )
    taken = set[str]()
    owners = foreign_rows.Owners(build, key)
    with contextlib.closing(LimitedProcess(_answer)) as process:
        late = 0  # files that took too long
        for at, row in enumerate(files):
            progress(at / len(files))
            answer = Copy(None)
            try:
                source = original(build, key, row["file_id"])
                if row["village_id"]:
                    source = source._replace(foreign=owners.foreign(row["village_id"]))
                answer = process.ask(source, limited_process.seconds_for(len(source.content), late))
            except KeyError:  # its bytes were not kept
                pass
            except limited_process.Exceeded:
                late += 1
            is_foreign = bool(row["village_id"]) and (answer.is_foreign or owners.has_rows_of_others(row["file_id"], row["village_id"]))
            folder = _plain(foreign_rows.folder() if is_foreign else (row["village"] or _("未识别村（社区）"))[:_LONGEST])
            content = None if is_foreign and village_id else answer.content
            name = _plain(row["file"].rpartition(".")[0][:_LONGEST] + ".xlsx" if content else row["file"])
            place = f"{folder}/{name}"
            if content and place in taken:  # a later one of the same name would hide it
                place = f"{folder}/{row['file_id'][:6]}_{name}"
            taken.add(place)
            yield place, content


def _plain(name: str) -> str:
    """Return a name that leads nowhere when the ZIP is unpacked on any system; a village's own may hold anything."""
    return _UNSAFE.sub("_", plain(name)).strip(" .") or "_"


def pack(build: Build, key: Key, village_id: str | None = None, progress: Progress = lambda _share: None) -> tuple[bytes, int, list[str]]:
    """Return a ZIP of the returned copies of a village or the town, how many it holds, and the files it could not hold, named in a note."""
    stream = io.BytesIO()
    missing: list[str] = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in copies(build, key, village_id, progress):
            if content is None:
                missing.append(name)
            else:
                archive.writestr(name, content)
        count = len(archive.namelist())
        if missing:
            archive.writestr(_("没有标注的文件.txt"), "\ufeff" + "\r\n".join([note(), *missing]) + "\r\n")
    return stream.getvalue(), count, missing


def note() -> str:
    """Return the sentence above the files without a copy."""
    return _("下列文件有问题，但这里没有标注的副本（读不了、没有保存原件，或含有别村的行、只由保护中心处理）；问题见“数据质量”页：")
