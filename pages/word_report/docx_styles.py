"""The look of a report in the manner of GB/T 9704: page, fonts, line pitch, footer. Everything that python-docx has no word for.

Fonts are named as offices have them; beside each stands what every Windows has, and Word takes that where the first is missing.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from locales import language

TITLE, BODY, HEAD, KAI, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
INSTEAD = {TITLE: "黑体", BODY: "仿宋", KAI: "楷体"}
PITCH = Pt(28)
WIDTH, LYING_WIDTH = 156, 225  # mm of text across, upright and lying
_TOP, _LEFT, _RIGHT, _BOTTOM, _FOOT = 37, 28, 26, 35, 17  # mm
_SIGNS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


def clean(text: str) -> str:
    """A text as XML may hold it."""
    return _SIGNS.sub("", text)


def child(parent: Any, tag: str, **attributes: str) -> Any:
    """A new element of Word's own namespace under another."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def prepare(document: Document, author: str, title: str, made_at: dt.datetime) -> None:
    """Styles, language, fonts and what the file tells of itself; the template's own are for another country."""
    _language(document)
    _fonts(document)
    _style(document, "Normal", BODY, 16, exact=False)
    _style(document, "Body Text", BODY, 16, indent=True)
    _style(document, "Title", TITLE, 18 if language() == "en" else 22, align=WD_ALIGN_PARAGRAPH.CENTER, keep=True, pitch=Pt(35))
    _style(document, "Subtitle", KAI, 16, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Heading 1", HEAD, 16, indent=True, keep=True)
    _style(document, "Heading 2", KAI, 16, indent=True, keep=True)
    _style(document, "Caption", HEAD, 12, align=WD_ALIGN_PARAGRAPH.CENTER, exact=False)
    _style(document, "Table Text", BODY, 10.5, exact=False)
    _style(document, "Footer", BODY, 9, align=WD_ALIGN_PARAGRAPH.CENTER, exact=False)
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = clean(title), clean(author), clean(author), ""
    about.created = about.modified = made_at
    about.language = "en" if language() == "en" else "zh-CN"


def _language(document: Document) -> None:
    """Chinese for Chinese letters; English ones are checked as English."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for element in (defaults.find(qn("w:lang")), document.settings.element.find(qn("w:themeFontLang"))):
        element.set(qn("w:val"), "en-US")
        element.set(qn("w:eastAsia"), "zh-CN")


def _fonts(document: Document) -> None:
    """What to take where a font is missing."""
    part: Any = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    table: Any = parse_xml(part.blob)
    for name, instead in INSTEAD.items():
        font = child(table, "w:font", name=name)
        child(font, "w:altName", val=instead)
        child(font, "w:charset", val="86")
        child(font, "w:family", val="auto")
        child(font, "w:pitch", val="variable")
    from lxml import etree

    part._blob = etree.tostring(table, encoding="UTF-8", standalone=True)


def _style(
    document: Document,
    name: str,
    font: str,
    size: float,
    align: WD_ALIGN_PARAGRAPH | None = None,
    indent: bool = False,
    keep: bool = False,
    exact: bool = True,
    pitch: Pt = PITCH,
) -> None:
    """Write a paragraph style over the template's: font, size, black, exact pitch or single lines, first line two letters in."""
    styles = document.styles
    style: Any = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for part in [part for part in style.element if part.tag in (qn("w:pPr"), qn("w:rPr"))]:
        style.element.remove(part)
    _letters(style, font, size)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing = pitch if exact else 1.0
    form.alignment, form.keep_with_next, form.widow_control = align, keep, True
    if indent:
        form.first_line_indent = Pt(size * 2)
        style.element.pPr.ind.set(qn("w:firstLineChars"), "200")


def first_line(paragraph: Any, indent: Pt) -> None:
    """Another indent of the first line than the style's, which counts letters and would win."""
    paragraph.paragraph_format.first_line_indent = indent
    paragraph.paragraph_format.element.pPr.ind.set(qn("w:firstLineChars"), "0")


def _letters(style: ParagraphStyle, font: str, size: float) -> None:
    """Font for Chinese and for other letters, size, black, upright."""
    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(size), False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts: Any = style.element.rPr.rFonts
    for name in ("eastAsia", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), font if name == "eastAsia" else LATIN)


def lay(section: Section, is_lying: bool) -> None:
    """A4 with the standard's margins, upright or lying on its left side."""
    width, height = (Mm(297), Mm(210)) if is_lying else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if is_lying else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    sides = (_LEFT, _BOTTOM, _TOP, _RIGHT) if is_lying else (_TOP, _RIGHT, _LEFT, _BOTTOM)
    section.top_margin, section.right_margin, section.left_margin, section.bottom_margin = map(Mm, sides)
    section.footer_distance, section.header_distance = Mm(10 if is_lying else _FOOT), Mm(15)


def turned(document: Document, is_lying: bool) -> Section:
    """A section that begins on a new page."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    lay(section, is_lying)
    _within_last(document)
    return section


def _within_last(document: Document) -> None:
    """Put the break between sections into the paragraph before: alone it is an empty line, which may need a page of its own."""
    alone: Any = document.element.body.xpath("./w:p[w:pPr/w:sectPr]")[-1]
    before = alone.getprevious()
    if before.tag == qn("w:p"):
        before.get_or_add_pPr().append(alone.pPr.find(qn("w:sectPr")))
        alone.getparent().remove(alone)


def foot(document: Document, stamp: str) -> None:
    """— 1 — outside on every page, odd right and even left, and below it what the figures are."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        number, below = footer.paragraphs[0], footer.add_paragraph(clean(stamp), style="Footer")
        number.style, number.alignment = document.styles["Footer"], align
        number.paragraph_format.left_indent = number.paragraph_format.right_indent = Pt(14)
        number.paragraph_format.space_after = Pt(4)
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for text in ("— ", "PAGE", " —"):
            run = number.add_run("" if text == "PAGE" else text)
            run.font.size = Pt(14)
            if text == "PAGE":
                _field(run, text)


def _field(run: Any, code: str) -> None:
    """A field that Word fills in."""
    child(run._r, "w:fldChar", fldCharType="begin")
    instruction = child(run._r, "w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    child(run._r, "w:fldChar", fldCharType="separate")
    child(run._r, "w:t").text = "1"
    child(run._r, "w:fldChar", fldCharType="end")
