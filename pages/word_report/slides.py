"""The report as slides for a meeting, of the cells that leave; charts and tables are PowerPoint's own, to be changed before it."""

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import pptx
from openpyxl import Workbook
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Cm, Emu, Pt

from locales import _
from pages.chart_files import bar_drawing, canvas, map_drawing
from pages.data.queries import goal_in_force
from pages.text import formatting, labels, receipt_text, statuses
from pages.word_report import goals_section, next_steps, sections
from pages.word_report.report_data import Choices, ReportData, goal_rows, parts_text, share_text
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import Receipt
from warehouse.metrics import registry
from warehouse.storage import xlsx_bytes
from warehouse.storage.csv_injection import plain, workbook_text

FORM = "deck_pptx"
KIND = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FONT, ACCENT, DARK, QUIET, GREY = "Microsoft YaHei", "0b5cad", "1f2937", "6b7280", "9aa4b2"
_WIDTH, _HEIGHT, _MARGIN = 33.87, 19.05, 1.6  # cm of a slide
_TEMPLATE = Path(__file__).with_name("slides.pptx")  # the library's own, but for its other layouts and what tells of a machine
_MOST_LINES = 4  # sentences that a slide holds
_HEADLINES = ("coverage_share", "coverage_share_1_3", "visit_pace_share", "eligibility_valid_share")


def write(release: Release, receipt: Receipt, choices: Choices) -> bytes:
    """Return the bytes of the slides, in the language spoken."""
    data = ReportData(release, choices.day, choices.village_id)
    deck = pptx.Presentation(str(_TEMPLATE))
    deck.slide_width, deck.slide_height = Cm(_WIDTH), Cm(_HEIGHT)
    about, made_at = deck.core_properties, dt.datetime.fromisoformat(receipt.at)
    about.title, about.created, about.modified = (
        plain(_("{place}关爱困境儿童和农村留守儿童结对帮扶").format(place=choices.place))[:255],
        made_at,
        made_at,
    )
    mark = receipt_text.stamp(release.edition, receipt.as_of, receipt.build, receipt)
    opening = sections.opening(data, choices.place).removesuffix(_("现将有关情况报告如下。"))
    _text(_slide(deck, about.title, mark), [opening], 28)
    if not data.is_empty:
        _figures(_slide(deck, _("主要指标，截至{day}").format(day=formatting.day(choices.day)), mark), data)
        if choices.village_id is None:
            _map(deck, data, choices.villages, mark)
            for share in ("coverage_share", "visit_pace_share"):
                _bars(deck, data, share, mark)
        _goals(deck, data, mark)
    if data.is_plain:
        for title, lines in next_steps.next_steps(data).items():
            for at in range(0, len(lines), _MOST_LINES):
                _text(_slide(deck, title, mark), lines[at : at + _MOST_LINES], 22)
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def _slide(deck: Presentation, title: str, mark: str) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = Cm(_MARGIN), Cm(0.9), Cm(_WIDTH - 2 * _MARGIN), Cm(2.4)
    _write(shape.text_frame, title, 30, is_bold=True)
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    _write(_box(slide, _MARGIN, _HEIGHT - 1.3, _WIDTH - 2 * _MARGIN, 1), mark, 10, colour=QUIET)
    return slide


def _box(slide: Slide, left: float, top: float, width: float, height: float) -> TextFrame:
    frame = slide.shapes.add_textbox(Cm(left), Cm(top), Cm(width), Cm(height)).text_frame
    frame.word_wrap = True
    return frame


def _write(frame: TextFrame, text: str, size: int, colour: str = DARK, is_bold: bool = False) -> None:
    paragraph = frame.paragraphs[0] if not frame.paragraphs[0].runs else frame.add_paragraph()
    run = paragraph.add_run()
    run.text, run.font.size, run.font.bold, run.font.name = plain(text), Pt(size), is_bold, FONT
    run.font.color.rgb = RGBColor.from_string(colour)
    run._r.get_or_add_rPr().append(run._r.makeelement(qn("a:ea"), {"typeface": FONT}))
    paragraph.space_after = Pt(8)


def _text(slide: Slide, lines: Sequence[str], size: int) -> None:
    frame = _box(slide, _MARGIN, 3.8, _WIDTH - 2 * _MARGIN, 13)
    for text in lines:
        _write(frame, text, size)


def _figures(slide: Slide, data: ReportData) -> None:
    width = (_WIDTH - 2 * _MARGIN) / len(_HEADLINES)
    targets = _targets(data)
    for at, code in enumerate(_HEADLINES):
        parts = data.parts(code)
        frame = _box(slide, _MARGIN + at * width, 5, width - 0.6, 8)
        _write(frame, labels.share_name(code), 20, QUIET)
        _write(frame, share_text(*parts), 48, ACCENT, is_bold=True)
        _write(frame, parts_text(*parts), 20)
        target = targets.get(registry.indicator(code))
        if target is not None and isinstance(cell_display.share_of(*parts), float):
            status = statuses.judge(*parts, target)
            _write(frame, f"{status.sign} {status.word}", 20, status.colour.lstrip("#"), is_bold=True)


def _targets(data: ReportData) -> dict[str, float]:
    return {row["indicator"]: row["target"] for row in goal_in_force(goal_rows(data), data.day)}


def _parts(data: ReportData, share: str) -> tuple[list[tuple[str, int, int]], int]:
    """Return (village, numerator, denominator) of those that are shown, and how many are withheld."""
    entry = registry.shares()[share]
    rows = [(plain(row["village"]), row[entry.numerator], row[entry.denominator]) for row in data.rows(entry.metric, "village")]
    return [row for row in rows if all(isinstance(part, int) for part in row[1:])], sum(Shown.WITHHELD in row for row in rows)


def _map(deck: Presentation, data: ReportData, villages: Sequence[dict], mark: str) -> None:
    if not (villages and canvas.font()):
        return
    bars, withheld = _parts(data, "coverage_share")
    shares = {row["village_id"]: (row["covered"], row["in_scope"]) for row in data.rows("coverage", "village")}
    slide = _slide(deck, formatting.coverage_title(labels.share_name("coverage_share"), bars, withheld), mark)
    height = _HEIGHT - 5.2
    picture = io.BytesIO(canvas.render("png", map_drawing.town_map(villages, shares, bar_drawing.MOST), "", "", [], 14))
    shape = slide.shapes.add_picture(picture, Cm(_MARGIN), Cm(3.6), height=Cm(height))
    shape.left = Emu((Cm(_WIDTH) - shape.width) // 2)
    spoken = "; ".join(f"{name} {bar_drawing.share_text(part, whole, None)}" for name, part, whole in bars)
    shape._element.xpath("./p:nvPicPr/p:cNvPr")[0].set("descr", spoken)


def _bars(deck: Presentation, data: ReportData, share: str, mark: str) -> None:
    """Draw a share of the villages as PowerPoint's own bars, the neediest on top."""
    bars, withheld = _parts(data, share)
    counted, among = bar_drawing.neediest([bar for bar in bars if bar[2]])
    slide = _slide(deck, formatting.coverage_title(labels.share_name(share), bars, withheld) + among, mark)
    counted.reverse()
    if not counted:
        return
    values = CategoryChartData(number_format="0.0%")
    bar_names, lengths = [f"{name} {part}/{whole}" for name, part, whole in counted], [part / whole for _name, part, whole in counted]
    values.categories = bar_names
    values.add_series(labels.share_name(share), lengths)
    place = (Cm(_MARGIN), Cm(3.6), Cm(_WIDTH - 2 * _MARGIN), Cm(_HEIGHT - 5.2))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, values).chart  # type: ignore[arg-type, attr-defined]  # its types are wrong
    book = Workbook()  # the library would take a name that begins with "=" or "http" for a formula or a link
    book.active.title = "Sheet1"
    for line in [("", labels.share_name(share)), *zip(bar_names, lengths, strict=True)]:
        book.active.append([*map(workbook_text, line)])
    chart.part.chart_workbook.update_from_xlsx_blob(xlsx_bytes.of(book))
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.name = Pt(12 if len(counted) < 20 else 8), FONT
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 1
    chart.value_axis.has_major_gridlines = chart.value_axis.visible = False
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 40, True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0.0%", False
    target = _targets(data).get(registry.indicator(share))
    for at, (_name, part, whole) in enumerate(counted):
        fill = plot.series[0].points[at].format.fill
        fill.solid()
        status = statuses.judge(part, whole, target) if target else None
        is_fine = status.code == "met" if status else part == whole
        fill.fore_color.rgb = RGBColor.from_string(GREY if is_fine else status.colour.lstrip("#") if status else ACCENT)


def _goals(deck: Presentation, data: ReportData, mark: str) -> None:
    """Write the goal in force as a table: each indicator with its parts, target and status."""
    rows = goal_in_force(goal_rows(data), data.day)
    if not rows:
        return
    slide = _slide(deck, _("{year}年目标").format(year=rows[0]["goal_year"]), mark)
    table = slide.shapes.add_table(len(rows) + 1, 5, Cm(_MARGIN), Cm(3.6), Cm(_WIDTH - 2 * _MARGIN), Cm(1.2 * (len(rows) + 1))).table
    for at, row in enumerate(rows, 1):
        status = statuses.STATUSES.get(row["status"]) if isinstance(row["status"], str) else None
        texts = [*goals_section.cells(row), f"{status.sign} {status.word}" if status else cell_display.text(row["status"])]
        for column, text in enumerate(texts):
            is_status = column == len(texts) - 1 and status is not None
            _write(table.cell(at, column).text_frame, text, 16, status.colour.lstrip("#") if is_status and status else DARK, is_status)
    for column, text in enumerate(goals_section.headings()):
        _write(table.cell(0, column).text_frame, text, 16, "ffffff", is_bold=True)
