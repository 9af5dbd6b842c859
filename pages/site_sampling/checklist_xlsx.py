"""A checklist for a visit on site as a workbook to print or to fill by drop-downs; every text is defused."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from locales import _
from pages.data.queries import Figures
from pages.downloads import export_service, xlsx_writer
from pages.site_sampling import sample
from pages.site_sampling.sample import Checklist
from pages.text import formatting, labels, receipt_text
from warehouse.audit import trail
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import Order, Receipt
from warehouse.storage import xlsx_bytes
from warehouse.storage.csv_injection import breadth, workbook_text

ITEMS = ("seen", "visits", "pairing", "eligibility")  # what is answered on site
_LINE = Border(*(Side(style="thin", color="9AA4B2"),) * 4)
_HEAD, _FILL = PatternFill("solid", fgColor="E3EAF2"), PatternFill("solid", fgColor="FFF8E1")
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
_LINE_HEIGHT, _LETTERS_A_LINE = 16, 95
_WIDTHS = {"number": 5, "code": 10, "village": 11, "class": 13, "place": 26, "needs": 11, "note": 18, "by": 9, "on": 11}
_WIDTHS |= {"visits_record": 20, "pairing_record": 14, "eligibility_record": 17}
_OF_ITEM = 9


def file(figures: Figures, checklist: Checklist, order: Order, recorder: trail.Recorder) -> bytes:
    """Return the workbook of a checklist, registered. Raises as export_service.export."""

    def write(_release: Release, receipt: Receipt) -> bytes:
        mark = receipt_text.stamp(receipt.edition, receipt.as_of, receipt.build, receipt)
        return checklist_xlsx(checklist, [receipt_text.mark(receipt.edition), *sample.block(checklist), *receipt_text.lines(receipt)], mark)

    return export_service.export(figures, [], order, recorder, write)[0]


def checklist_xlsx(checklist: Checklist, block: list[str], stamp: str) -> bytes:
    """The workbook: the list under `block` (a line each, a receipt's too), and the strata, `stamp` at the foot of all."""
    book = Workbook()
    page = book.active
    assert page is not None  # noqa: S101 — a new workbook has a sheet
    page.title = _("核查清单")
    marks = _("怎样填：在黄色的格里选；“未见到”是没有见到人或材料、不能判断。清单只有代号，没有姓名；请按台账位置找到儿童。")
    _title(page, [_("现场核查清单"), *block, marks])
    _lines(page, checklist)
    _printed(page, len(block) + 3)
    _strata(book.create_sheet(_("各层人数")), checklist)
    for sheet in book:
        xlsx_writer.set_up_print(sheet, f"{stamp} · {checklist.request.seed}")
    return xlsx_bytes.of(book)


def _title(page: Worksheet, lines: list[str]) -> None:
    for at, line in enumerate(lines, 1):
        page.cell(at, 1, workbook_text(line)).alignment = _WRAPPED
        page.merge_cells(start_row=at, end_row=at, start_column=1, end_column=len(labels.words("checklist_column")))
        page.row_dimensions[at].height = 17 * (1 + len(line) // _LETTERS_A_LINE)
    page.cell(1, 1).font = Font(bold=True, size=16)
    page.row_dimensions[1].height = 26


def _lines(page: Worksheet, checklist: Checklist) -> None:
    top, names = page.max_row + 1, labels.words("checklist_column")
    for at, (name, text) in enumerate(names.items(), 1):
        cell = page.cell(top, at, text)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _LINE
        cell.alignment = _CENTRED
        page.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(name, _OF_ITEM)
    page.row_dimensions[top].height = 34
    for row, line in enumerate(checklist.lines, top + 1):
        who = [line.number, line.code, line.village, formatting.class_short(line.class_no), line.place, None]
        values = [*who, line.visits, None, line.pairing, None, line.eligibility, None, line.needs, None, None, None]
        for at, (name, value) in enumerate(zip(names, values, strict=True), 1):
            cell = page.cell(row, at, workbook_text(value))
            cell.alignment, cell.border = _CENTRED if name == "number" else _WRAPPED, _LINE
            cell.number_format = "yyyy-mm-dd" if name == "on" else "General" if name == "number" else "@"
            if name in (*ITEMS, "note", "by", "on"):
                cell.fill = _FILL
        page.row_dimensions[row].height = _LINE_HEIGHT * max(3, *(1 + breadth(text) // 20 for text in (line.place, line.eligibility)))
    _drop_downs(page, list(names), top + 1, top + max(len(checklist.lines), 1))


def _drop_downs(page: Worksheet, names: list[str], first: int, last: int) -> None:
    for item in ITEMS:
        answers = labels.words("seen_answer" if item == "seen" else "true_answer").values()
        rule = DataValidation(type="list", formula1=f'"{",".join(answers)}"', allow_blank=True)
        rule.showErrorMessage, rule.error = True, _("请从列表中选择。")
        page.add_data_validation(rule)
        letter = get_column_letter(names.index(item) + 1)
        rule.add(f"{letter}{first}:{letter}{last}")


def _printed(page: Worksheet, top: int) -> None:
    """Headings on every page, narrow margins; the headings stay in sight on screen."""
    page.freeze_panes = page.cell(top + 1, 3)
    page.print_title_rows = f"{top}:{top}"
    page.page_margins.left = page.page_margins.right = page.page_margins.top = 0.4
    page.page_margins.bottom, page.page_margins.footer = 0.75, 0.4


def _strata(page: Worksheet, checklist: Checklist) -> None:
    """Write how many each stratum gave; of how many is on the page alone, for such counts of villages by class are exported in no table."""
    page.append([_("村（社区）"), _("类别"), _("抽出")])
    order = list(checklist.villages)
    for stratum in sorted(checklist.sample.strata, key=lambda stratum: (order.index(stratum.village_id), stratum.class_no)):
        page.append(
            [workbook_text(checklist.villages.get(stratum.village_id, "—")), formatting.class_short(stratum.class_no), stratum.sampled]
        )
    for letter, width in zip("ABC", (16, 18, 8), strict=True):
        page.column_dimensions[letter].width = width
