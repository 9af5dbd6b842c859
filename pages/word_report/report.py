"""The report as a Word document or as slides, from `release.rows` alone: what an export withholds is withheld in words and pictures too."""

import datetime as dt
from dataclasses import replace
from functools import partial

from locales import _
from pages.chart_files import canvas
from pages.data import village_reports
from pages.data.queries import Figures
from pages.downloads import export_service
from pages.text import formatting, labels, receipt_text
from pages.word_report import annex, goals_section, next_steps, sections, slides
from pages.word_report.clauses import capital, is_english, sentence
from pages.word_report.docx_writer import Writer
from pages.word_report.report_data import Choices, ReportData
from warehouse.audit import trail
from warehouse.disclosure import cell_display
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import Order, Receipt

FORM = "report_docx"
KINDS = {FORM: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", slides.FORM: slides.KIND}  # form → media type
TABLES = export_service.all_tables()


def file(figures: Figures, choices: Choices, order: Order, recorder: trail.Recorder) -> tuple[bytes, Receipt]:
    """Return the bytes of the report, registered, and its receipt. Raises as export_service.export."""
    names = {row["village_id"]: row["name"] for row in choices.villages if choices.village_id in (None, row["village_id"])}
    notices = village_reports.notices(figures.last_reports(choices.day), names, choices.day, choices.village_id is None)
    choices = replace(choices, notices=notices)
    make = slides.write if order.form == slides.FORM else write
    return export_service.export(figures, TABLES, order, recorder, partial(make, choices=choices))


def write(release: Release, receipt: Receipt, choices: Choices) -> bytes:
    """Return the bytes of the report, in the language spoken."""
    day = formatting.day(choices.day)
    # Two lines, broken between words.
    title = [capital(_("{place}关爱困境儿童和农村留守儿童").format(place=choices.place)), _("结对帮扶工作情况报告")]
    stamp = receipt_text.stamp(receipt.edition, receipt.as_of, receipt.build, receipt)
    doc = Writer(title, _("（截至{day}）").format(day=day), stamp, dt.datetime.fromisoformat(receipt.at), choices.day.year, choices.number)
    doc.addressed(choices.addressee)
    compose(doc, release, receipt, choices)
    return doc.file()


def compose(doc: Writer, release: Release, receipt: Receipt, choices: Choices) -> None:
    """Write the report's words, tables and pictures, in the language spoken; next steps where nothing is withheld."""
    data = ReportData(release, choices.day, choices.village_id)
    signs = "" if data.is_plain else sentence(cell_display.key(release.threshold)[0])
    doc.text(sections.opening(data, choices.place), choices.notices, signs)
    if not canvas.font():
        doc.text(_("写报告的服务器上没有中文字体，所以没有配图；各图的数都在表里。"))
    sections.basics(doc, data)
    sections.coverage(doc, data, choices.villages)
    sections.visits(doc, data)
    goals_section.goals(doc, data)
    sections.work(doc, data)
    if data.is_plain:
        for at, (title, lines) in enumerate(next_steps.next_steps(data).items()):
            doc.heading(title, 1 if at == 0 else 2)
            doc.text(*lines)
    mark = ". " if is_english() else "．"
    signed_on = formatting.day(dt.date.fromisoformat(formatting.moment(receipt.at)[:10]))
    doc.sign(
        [f"{number}{mark}{title}" for number, title in enumerate(annex.titles(), 1)],
        [line for line in (choices.signed.strip(), signed_on) if line],
    )
    annex.annexes(doc, data, receipt, list(dict.fromkeys(table.metric for table in release.tables)))


def file_name(choices: Choices, edition: str, form: str = FORM) -> str:
    """A name of place, day and edition: none of a person."""
    place = choices.village or _("全镇")
    return formatting.file_name(
        _("结对帮扶工作情况报告"), place, choices.day, labels.word("edition", edition), ending=form.rpartition("_")[2]
    )
