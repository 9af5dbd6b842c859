"""A report as a Word file: numbers of headings, tables and pictures are given here, the look is in report.docx beside this file.

That template has page, fonts, line pitch and footer in the manner of GB/T 9704. Fonts are named as offices have them; beside each
stands what every Windows has, and Word takes that where the first is missing. python-docx writes; tables have fixed widths, so that
they stand alike in Word, WPS and LibreOffice.
"""

import datetime as dt
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

from locales import _
from pages.text import formatting
from pages.text.statuses import Status
from pages.word_report.clauses import capital, is_english
from warehouse.storage.csv_injection import plain

_TEMPLATE = Path(__file__).with_name("report.docx")
HEAD = "黑体"
WIDTH, LYING_WIDTH = 156, 225  # mm of text across, upright as the template has it, and lying
_LENGTHS = ("page_width", "page_height", "top_margin", "right_margin", "bottom_margin", "left_margin", "footer_distance")
_LYING = (297, 210, 28, 35, 26, 37, 10)  # mm: these lengths where the template's page is turned to its left
_NUMBERS = "一二三四五六七八九十"
_HIGHEST = 190  # mm of a picture
_WHOLE, _WHOLE_WIDE, _OF_TITLE = 14, 22, 5  # rows of a table that is never cut, upright and lying; rows that an annex's title takes


def child(parent: Any, tag: str, **attributes: str) -> Any:
    """Return a new element of Word's own namespace under another."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def first_line(paragraph: Any, indent: Pt) -> None:
    """Set another indent of the first line than the style's, which counts letters and would win."""
    paragraph.paragraph_format.first_line_indent = indent
    paragraph.paragraph_format.element.pPr.ind.set(qn("w:firstLineChars"), "0")


class Writer:
    """A report in the making: each part is written as it is given, and counted. The look is that of the template."""

    def __init__(self, title: list[str], subtitle: str, stamp: str, made_at: dt.datetime, year: int, number: str = "") -> None:
        """Begin with the document's number, title and subtitle; `stamp` is at each foot, `year` in place of this year."""
        self.document: Any = Document(str(_TEMPLATE))
        self.numbers: Counter[str] = Counter()
        self.width = WIDTH
        self.this_year = _("今年"), _("{year}年").format(year=year)
        about = self.document.core_properties
        about.title, about.created, about.modified = plain("".join(title))[:255], made_at, made_at
        about.language = "en" if is_english() else "zh-CN"
        if is_english():
            self.document.styles["Title"].font.size = Pt(18)
        for footer in (self.document.sections[0].footer, self.document.sections[0].even_page_footer):
            footer.paragraphs[1].add_run(plain(stamp))
        if number.strip():
            self._paragraph(number.strip(), "Subtitle")
        heading = self._paragraph("", "Title")  # in one paragraph, its lines broken where their words end
        for at, line in enumerate(title):
            if at:
                heading.add_run().add_break()
            heading.add_run(plain(line))
        self._paragraph(subtitle, "Subtitle")
        self._paragraph("", "Body Text")

    def file(self) -> bytes:
        """Return the bytes of the file."""
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _paragraph(self, text: str, style: str) -> Any:
        return self.document.add_paragraph(plain(text.replace(*self.this_year)), style=style)

    def text(self, *texts: str) -> None:
        """Write paragraphs of the body."""
        for text in filter(None, texts):
            self._paragraph(text, "Body Text")

    def addressed(self, to: str) -> None:
        """Write whom the document is sent to, from the margin; nothing where nobody is named."""
        if to.strip():
            first_line(self._paragraph(to.strip().rstrip("：:") + formatting.mark("：").strip(), "Body Text"), Pt(0))

    def heading(self, text: str, level: int = 1) -> None:
        """Write a heading: 一、…, （一）…; 1. …, (a) … in English; an annex's own headings count from the first again."""
        self.numbers[f"heading {level}"] += 1
        number = self.numbers[f"heading {level}"]
        if level == 1:
            self.numbers["heading 2"] = 0
            text = f"{number}. {text}" if is_english() else f"{_NUMBERS[number - 1]}、{text}"
        else:
            text = f"({chr(96 + number)}) {text}" if is_english() else f"（{_NUMBERS[number - 1]}）{text}"
        self._paragraph(text, f"Heading {level}")

    def _caption(self, kind: str, text: str) -> Any:
        self.numbers[kind] += 1
        return self._paragraph(kind.format(no=self.numbers[kind]) + "  " + text, "Caption")

    def annex(self, title: str, is_lying: bool = False) -> None:
        """Begin an annex on a new page, lying where its tables are wide: 附件1 in its corner, its title in the middle."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if is_lying else WD_ORIENT.PORTRAIT
        upright = self.document.sections[0]
        for name, length in zip(_LENGTHS, _LYING, strict=True):
            setattr(section, name, Mm(length) if is_lying else getattr(upright, name))
        # The break between sections goes into the paragraph before: alone it is an empty line, which may need a page of its own.
        alone: Any = self.document.element.body.xpath("./w:p[w:pPr/w:sectPr]")[-1]
        before = alone.getprevious()
        if before.tag == qn("w:p"):
            before.get_or_add_pPr().append(alone.pPr.find(qn("w:sectPr")))
            alone.getparent().remove(alone)
        self.width = LYING_WIDTH if is_lying else WIDTH
        self.numbers["annex"] += 1
        self.numbers["heading 2"] = 0
        first_line(self._paragraph(_("附件{no}").format(no=self.numbers["annex"]), "Heading 1"), Pt(0))
        self._paragraph(title, "Title").paragraph_format.space_after = Pt(8)

    def sign(self, annexes: list[str], lines: list[str]) -> None:
        """End the body: the annexes one below the other, then right of the middle who signs and the day.

        Kept on one page, and not on one without any line of the body.
        """
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        for cell in (cell for table in self.document.tables[-1:] for cell in table.rows[-1].cells):
            cell.paragraphs[0].paragraph_format.keep_with_next = True  # where the body ends with a table
        self._paragraph("", "Body Text").paragraph_format.keep_with_next = True
        hang = Pt(122 if is_english() else 80)  # where their names begin: after two letters and 附件：
        for at, line in enumerate(annexes):
            lead = _("附件：") + ("\t" if is_english() else "")
            paragraph = self._paragraph((lead if at == 0 else "\t") + line, "Body Text")
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.keep_with_next = hang, True
            first_line(paragraph, Pt(32 - hang.pt))
            paragraph.paragraph_format.tab_stops.add_tab_stop(hang)
        self._paragraph("", "Body Text").paragraph_format.keep_with_next = True
        for at, line in enumerate(lines):
            paragraph = self._paragraph(line, "Body Text")
            paragraph.alignment, paragraph.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(32)
            paragraph.paragraph_format.keep_with_next = at + 1 < len(lines)

    def picture(self, caption: str, content: bytes, described: str, width: float = WIDTH) -> None:
        """Add a picture `width` mm wide on a line of its own height, its caption below, and its words for who cannot see it."""
        place = self.document.add_paragraph(style="Caption")
        place.paragraph_format.keep_with_next = True
        place.paragraph_format.space_before = Pt(8)
        inline = place.add_run().add_picture(io.BytesIO(content), width=Mm(width))._inline
        if inline.extent.cy > Mm(_HIGHEST):
            inline.extent.cx, inline.extent.cy = int(inline.extent.cx * Mm(_HIGHEST) / inline.extent.cy), Mm(_HIGHEST)
            inline.graphic.graphicData.pic.spPr.cx, inline.graphic.graphicData.pic.spPr.cy = inline.extent.cx, inline.extent.cy
        inline.docPr.set("descr", plain(described))
        inline.docPr.set("title", plain(caption))
        self._caption(_("图{no}"), caption).paragraph_format.space_after = Pt(8)

    def table(
        self,
        caption: str,
        headings: list[str],
        rows: Sequence[Sequence[str | Status]],
        note: str = "",
        widths: tuple[float, ...] = (1.6,),
        words: tuple[int, ...] = (0,),
        is_wide: bool = False,
    ) -> None:
        """Add caption, table with a heading row that comes again on every page, and note.

        Columns in `words` hold words, aligned left, all others hold figures. `widths` are those of the first columns beside 1 for
        every other.
        """
        room = (_WHOLE_WIDE if is_wide else _WHOLE) - _OF_TITLE * (self.document.paragraphs[-1].style.name == "Title")
        title = self._caption(_("表{no}"), caption)
        title.paragraph_format.keep_with_next = True
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(8), Pt(4)
        table = self.document.add_table(rows=1 + len(rows), cols=len(headings), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _describe(table, caption, "28" if is_wide else "57")
        parts = [*widths, *([1.0] * (len(headings) - len(widths)))]
        lengths = [Mm(self.width * part / sum(parts)) for part in parts]
        for column, length in zip(table._tbl.tblGrid.gridCol_lst, lengths, strict=True):
            column.w = length
        size = 9.0 if is_wide else 10.5
        is_whole = len(rows) <= room
        lines: list[list[str | Status]] = [[capital(text) for text in headings], *map(list, rows)]
        for at, (row, texts) in enumerate(zip(table._tbl.tr_lst, lines, strict=True)):
            form = row.get_or_add_trPr()
            child(form, "w:cantSplit")
            if at == 0:
                child(form, "w:tblHeader")
            stays = bool(note) if at == len(rows) else is_whole or at < 2 or at > len(rows) - 2
            for place, (cell, value) in enumerate(zip(row.tc_lst, texts, strict=True)):
                cell.width = lengths[place]
                child(cell.get_or_add_tcPr(), "w:vAlign", val="center")
                self._cell(_Cell(cell, table), value, size, is_heading=at == 0, is_left=place in words, stays=stays)
        self._paragraph(note, "Table Text").paragraph_format.space_after = Pt(8 if note else 0)

    def _cell(self, cell: _Cell, value: str | Status, size: float, is_heading: bool, is_left: bool, stays: bool) -> None:
        paragraph = cell.paragraphs[0]
        paragraph._p.style = "TableText"  # by its id: python-docx would look through all styles for each of a thousand cells
        sides = (WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.alignment = sides[0 if is_heading else 1 if is_left else 2]
        paragraph.paragraph_format.keep_with_next = stays
        run = paragraph.add_run(f"{value.sign} {value.word}" if isinstance(value, Status) else plain(value.replace(*self.this_year)))
        run.font.size = Pt(size - 2 if is_heading and is_english() else size)  # English words are long
        if is_heading:
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEAD)
        if isinstance(value, Status):
            run.font.color.rgb = RGBColor.from_string(value.colour[1:].upper())


def _describe(table: Any, caption: str, beside: str) -> None:
    """The table's name for who cannot see it, and narrow margins inside its cells."""
    form = table._tbl.tblPr
    margins = child(form, "w:tblCellMar")
    for side, width in (("top", "28"), ("left", beside), ("bottom", "28"), ("right", beside)):
        child(margins, f"w:{side}", w=width, type="dxa")
    look = form.find(qn("w:tblLook"))
    if look is not None:
        form.append(look)  # the standard's order: margins, look, caption
    child(form, "w:tblCaption", val=plain(caption))
