"""A report's blocks as a Word file: numbers of headings, tables and pictures are given here.

python-docx writes; tables have fixed widths, so that they stand alike in Word, WPS and LibreOffice.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

from locales import _
from pages.text.statuses import Status
from pages.word_report import docx_styles as styles
from pages.word_report.blocks import Annex, Block, Grid, Heading, Picture, Report, Signed, Text
from pages.word_report.clauses import capital, is_english

_NUMBERS = "一二三四五六七八九十"
_HIGHEST = 190  # mm of a picture
_WHOLE, _WHOLE_WIDE = 14, 22  # rows of a table that is never cut, upright and lying


def written(report: Report, author: str, made_at: dt.datetime) -> bytes:
    """The file; `author` is in its properties."""
    return _Writer(report, author, made_at).bytes()


class _Writer:
    """One document in the making, counting as it goes."""

    def __init__(self, report: Report, author: str, made_at: dt.datetime) -> None:
        self.document: Any = Document()
        self.numbers: Counter[str] = Counter()
        self.width = styles.WIDTH
        styles.prepare(self.document, author, "".join(report.title), made_at)
        styles.lay(self.document.sections[0], is_lying=False)
        styles.foot(self.document, report.stamp)
        self._head(report)
        for block in report.blocks:
            self._add(block)

    def bytes(self) -> bytes:
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _paragraph(self, text: str, style: str) -> Any:
        return self.document.add_paragraph(styles.clean(text), style=style)

    def _head(self, report: Report) -> None:
        """The title in one paragraph, its lines broken where their words end."""
        title = self._paragraph("", "Title")
        for at, line in enumerate(report.title):
            if at:
                title.add_run().add_break()
            title.add_run(styles.clean(line))
        self._paragraph(report.subtitle, "Subtitle")
        self._paragraph("", "Body Text")

    def _add(self, block: Block) -> None:
        """One block of any kind."""
        match block:
            case Heading():
                self._paragraph(self._numbered(block), f"Heading {block.level}")
            case Text():
                self._paragraph(block.text, "Body Text")
            case Grid():
                self._grid(block)
            case Picture():
                self._picture(block)
            case Annex():
                self._annex(block)
            case Signed():
                self._signed(block)

    def _numbered(self, block: Heading) -> str:
        """一、…, （一）…; 1. …, 1.1 … in English; an annex's own headings count from the first again."""
        level = f"heading {block.level}"
        self.numbers[level] += 1
        number = self.numbers[level]
        if block.level == 1:
            self.numbers["heading 2"] = 0
            return f"{number}. {block.text}" if is_english() else f"{_NUMBERS[number - 1]}、{block.text}"
        if is_english():
            return f"({chr(96 + number)}) {block.text}"
        return f"（{_NUMBERS[number - 1]}）{block.text}"

    def _caption(self, kind: str, text: str) -> Any:
        """表1 …, 图1 …"""
        self.numbers[kind] += 1
        return self._paragraph(kind.format(no=self.numbers[kind]) + "  " + text, "Caption")

    def _annex(self, block: Annex) -> None:
        """A new page, 附件1 in its corner, its title in the middle."""
        styles.turned(self.document, block.is_lying)
        self.width = styles.LYING_WIDTH if block.is_lying else styles.WIDTH
        self.numbers["annex"] += 1
        self.numbers["heading 2"] = 0
        mark = self._paragraph(_("附件{no}").format(no=self.numbers["annex"]), "Heading 1")
        styles.first_line(mark, Pt(0))
        title = self._paragraph(block.title, "Title")
        title.paragraph_format.space_after = Pt(8)

    def _signed(self, block: Signed) -> None:
        """The annexes one below the other, then right of the middle who signs; not on a page without any line of the body."""
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._paragraph("", "Body Text").paragraph_format.keep_with_next = True
        hang = Pt(122 if is_english() else 80)  # where their names begin: after two letters and 附件：
        for at, line in enumerate(block.annexes):
            lead = _("附件：") + ("\t" if is_english() else "")
            paragraph = self._paragraph((lead if at == 0 else "\t") + line, "Body Text")
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.keep_with_next = hang, True
            styles.first_line(paragraph, Pt(32 - hang.pt))
            paragraph.paragraph_format.tab_stops.add_tab_stop(hang)
        self._paragraph("", "Body Text").paragraph_format.keep_with_next = True
        for at, line in enumerate(block.lines):
            paragraph = self._paragraph(line, "Body Text")
            paragraph.alignment, paragraph.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(32)
            paragraph.paragraph_format.keep_with_next = at + 1 < len(block.lines)

    def _picture(self, block: Picture) -> None:
        """The picture on a line of its own height, its caption below, and its words for who cannot see it."""
        place = self.document.add_paragraph(style="Caption")
        place.paragraph_format.keep_with_next = True
        place.paragraph_format.space_before = Pt(8)
        inline = place.add_run().add_picture(io.BytesIO(block.content), width=Mm(block.width))._inline
        if inline.extent.cy > Mm(_HIGHEST):
            inline.extent.cx, inline.extent.cy = int(inline.extent.cx * Mm(_HIGHEST) / inline.extent.cy), Mm(_HIGHEST)
            inline.graphic.graphicData.pic.spPr.cx, inline.graphic.graphicData.pic.spPr.cy = inline.extent.cx, inline.extent.cy
        inline.docPr.set("descr", styles.clean(block.described))
        inline.docPr.set("title", styles.clean(block.caption))
        self._caption(_("图{no}"), block.caption).paragraph_format.space_after = Pt(8)

    def _grid(self, block: Grid) -> None:
        """Caption, table with a heading row that comes again on every page, note."""
        caption = self._caption(_("表{no}"), block.caption)
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
        table = self.document.add_table(rows=1 + len(block.rows), cols=len(block.headings), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _described(table, block)
        widths = _widths(block, self.width)
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = Mm(width)
        size = 9.0 if block.is_wide else 10.5
        is_whole = len(block.rows) <= (_WHOLE_WIDE if block.is_wide else _WHOLE)
        lines: list[list[str | Status]] = [[capital(text) for text in block.headings], *map(list, block.rows)]
        for at, (row, texts) in enumerate(zip(table._tbl.tr_lst, lines, strict=True)):
            _row(row, is_heading=at == 0)
            for place, (cell, value) in enumerate(zip(row.tc_lst, texts, strict=True)):
                cell.width = Mm(widths[place])
                styles.child(cell.get_or_add_tcPr(), "w:vAlign", val="center")
                self._cell(
                    _Cell(cell, table),
                    value,
                    size,
                    is_heading=at == 0,
                    is_left=place in block.words,
                    stays=at < len(block.rows) and (is_whole or at < 2 or at > len(block.rows) - 2),
                )
        note = self._paragraph(block.note, "Table Text")
        note.paragraph_format.space_after = Pt(8 if block.note else 0)

    def _cell(self, cell: _Cell, value: str | Status, size: float, is_heading: bool, is_left: bool, stays: bool) -> None:
        """Words left, figures right, headings in the middle; a status in its colour."""
        paragraph = cell.paragraphs[0]
        paragraph._p.style = "TableText"  # by its id: python-docx would look through all styles for each of a thousand cells
        sides = (WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.alignment = sides[0 if is_heading else 1 if is_left else 2]
        paragraph.paragraph_format.keep_with_next = stays
        run = paragraph.add_run(f"{value.sign} {value.word}" if isinstance(value, Status) else styles.clean(value))
        run.font.size = Pt(size - 2 if is_heading and is_english() else size)  # English words are long
        if is_heading:
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), styles.HEAD)
        if isinstance(value, Status):
            run.font.color.rgb = RGBColor.from_string(value.colour[1:].upper())


def _row(row: Any, is_heading: bool) -> None:
    """Rows are never cut in two; the heading comes again."""
    form = row.get_or_add_trPr()
    styles.child(form, "w:cantSplit")
    if is_heading:
        styles.child(form, "w:tblHeader")


def _described(table: Any, block: Grid) -> None:
    """The table's name for who cannot see it, and narrow margins inside its cells."""
    form = table._tbl.tblPr
    margins = styles.child(form, "w:tblCellMar")
    for side, width in (("top", "28"), ("left", "57"), ("bottom", "28"), ("right", "57")):
        styles.child(margins, f"w:{side}", w=width, type="dxa")
    look = form.find(qn("w:tblLook"))
    if look is not None:
        form.append(look)  # the standard's order: margins, look, caption
    styles.child(form, "w:tblCaption", val=styles.clean(block.caption))


def _widths(block: Grid, width: int) -> list[float]:
    """Widths in mm."""
    shares = [*block.widths, *([1.0] * (len(block.headings) - len(block.widths)))]
    return [width * share / sum(shares) for share in shares]
