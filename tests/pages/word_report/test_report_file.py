"""The Word report as a file: it has the form of an official document, is the same for the same, genuine, and offered by the page."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from unittest.mock import patch

import pytest
import streamlit
from docx.oxml.ns import qn

from locales import use_language
from pages.access import User
from pages.access.accounts import accounts
from pages.components import actor
from pages.data.queries import Figures, Reader
from pages.jobs import job_folder
from pages.word_report import docx_writer, report
from tests.conftest import part_of
from tests.pages.assessment_pack.export_builder import ended
from tests.pages.word_report.report_builder import BEFORE, DAYS, YEAR_END, choices, read, written
from warehouse import row_access
from warehouse.disclosure import receipts, release_log
from warehouse.storage import build_files

EDITIONS = [(day, at, language) for day in DAYS for at in (None, 4) for language in ("zh_CN", "en")]


@pytest.mark.parametrize(("day", "at", "language"), part_of(EDITIONS, 3))  # of every third no day, place or language is missing
def test_it_is_written_for_town_and_village_in_both_languages_on_any_day(leaves, day, at, language):
    use_language(language)
    document = read(written(leaves, day, at, town="霁溪镇", signed="镇未成年人救助保护中心"))
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    place = leaves[0][at]["name"] if at is not None else "霁溪镇"
    assert (place in document.paragraphs[0].text, leaves[2][day].no in told, "镇未成年人救助保护中心" in told) == (True, True, True)
    assert not re.search(r"[{}]|None|nan|Shown", told)
    assert len([p for p in document.paragraphs if p.style.name == "Heading 1"]) == 5 + 3  # parts and annexes


def test_the_file_has_the_form_of_an_official_document(leaves):
    document = read(written(leaves, YEAR_END))
    first, lying = document.sections[0], document.sections[1]
    assert [round(side.mm) for side in (first.page_width, first.page_height, first.top_margin, first.left_margin)] == [210, 297, 37, 28]
    assert [round(side.mm) for side in (lying.page_width, lying.page_height)] == [297, 210]
    assert round((first.page_width - first.left_margin - first.right_margin) / 36000) == docx_writer.WIDTH
    upright = [section for section in document.sections if section.page_width == first.page_width]
    lengths = {tuple(getattr(section, name).mm for name in docx_writer._LENGTHS) for section in upright}
    assert (len(upright) > 1, len(lengths)) == (True, 1)
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Title", "Body Text", "Heading 1", "Heading 2")
    }
    assert fonts == {"Title": "方正小标宋简体", "Body Text": "仿宋_GB2312", "Heading 1": "黑体", "Heading 2": "楷体_GB2312"}
    text = document.styles["Body Text"]
    assert (text.font.size.pt, text.paragraph_format.line_spacing.pt) == (16, 28)
    assert text.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    numbered = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"][:5]
    assert [heading[:2] for heading in numbered] == ["一、", "二、", "三、", "四、", "五、"]


def test_it_bears_its_number_and_whom_it_is_sent_to(leaves):
    texts = [
        part.text for part in read(written(leaves, YEAR_END, number="霁政民〔2026〕7号", addressee="县民政局：")).paragraphs if part.text
    ]
    assert texts[0] == "霁政民〔2026〕7号" and texts[3] == "县民政局："


def test_every_page_says_what_its_figures_are_and_counts(leaves):
    section = read(written(leaves, YEAR_END)).sections[0]
    stamp = f"公开件 · li · 2026-01-04 16:15 · 收据编号：20260104-0001-0A1B · 记录锚：— · 统计截至 2025-12-31 · 版本 {leaves[2][YEAR_END].build}"
    for footer in (section.footer, section.even_page_footer):
        assert ([p.text for p in footer.paragraphs], "PAGE" in footer._element.xml) == (["— 1 —", stamp], True)


def test_headings_of_tables_come_again_and_pictures_and_tables_are_told_in_words(leaves):
    document = read(written(leaves, YEAR_END))
    for table in document.tables:
        assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert (len(described), all(leaves[0][0]["name"] in text for text in described)) == (3, True)
    captions = [p.text.split("  ")[0] for p in document.paragraphs if p.style.name == "Caption" and p.text]
    assert captions.count("图3") == 1 and [c for c in captions if c[0] == "表"] == [f"表{no}" for no in range(1, len(document.tables) + 1)]


def test_fonts_that_are_missing_have_one_that_windows_has(leaves):
    with zipfile.ZipFile(io.BytesIO(written(leaves, BEFORE))) as packed:
        told, defaults = packed.read("word/fontTable.xml").decode(), packed.read("word/styles.xml").decode()
    assert re.findall(r'w:name="(\w+)"[^<]*>\s*<w:altName w:val="(\w+)"', told) == [
        ("方正小标宋简体", "黑体"),
        ("仿宋_GB2312", "仿宋"),
        ("楷体_GB2312", "楷体"),
    ]
    assert '<w:lang w:val="en-US" w:eastAsia="zh-CN"' in defaults


def test_the_same_is_written_the_same(leaves):
    parts = [zipfile.ZipFile(io.BytesIO(written(leaves, YEAR_END, 6))) for _time in range(2)]
    assert parts[0].namelist() == parts[1].namelist()
    assert [name for name in parts[0].namelist() if parts[0].read(name) != parts[1].read(name)] == []


def test_signs_that_xml_cannot_hold_do_not_break_the_file(leaves):
    document = read(written(leaves, BEFORE, town="霁\x00溪\x0b镇<b>\ufffe", signed="\x1f中心"))
    assert document.paragraphs[0].text.startswith("霁溪镇<b>关爱")


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """The demo's builds in a home whose register is this test's."""
    for name in ("builds", "keys"):
        (tmp_path / name).symlink_to(demo_home / name)
    return tmp_path


def test_the_page_writes_it_enters_it_in_the_register_and_offers_it(opened, home, monkeypatch):
    app = opened("exports", what="report")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    accounts.add("tester", "centre", "春风化雨润物无声", must_change=False)
    app.text_input(key="report_town").set_value("霁溪镇").run()
    app.button(key="report_write").click().run()
    assert [ended(job).state for job in job_folder.every(home / "exports")] == ["ready"]
    app.run()
    assert [part.value for part in (*app.exception, *app.error, *app.warning)] == []
    assert "取走" in [part.proto.label for part in app.get("download_button")]
    (receipt,) = receipts.receipts(home)
    told = (receipt.form, receipt.as_of, receipt.filters, receipt.edition)
    assert told == (report.FORM, "2025-12-31", {"范围": "全镇"}, "internal")
    assert (len(release_log.editions(home)), len(release_log.editions(home, release_log.INTERNAL_FILE))) == (0, 1)


def test_a_report_written_before_is_for_who_wrote_it_and_asks_for_the_right_at_the_click(opened, home, monkeypatch):
    offered = []
    monkeypatch.setattr(streamlit, "download_button", lambda label, data, *_more, **_told: offered.append((label, data)))
    app = opened("exports", what="report")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    accounts.add("tester", "centre", "春风化雨润物无声", must_change=False)
    app.button(key="report_write").click().run()
    assert [ended(job).state for job in job_folder.every(home / "exports")] == ["ready"]
    app.run()
    (label, data) = offered.pop()
    assert (label, zipfile.is_zipfile(io.BytesIO(data()))) == ("取走", True)
    with patch("pages.access.current_user", return_value=User("tester", "leader", row_access.WHOLE)):
        with pytest.raises(actor.RightEnded):
            data()
        app.run()
    assert (offered, [part.value for part in app.exception]) == ([], [])


def test_a_report_is_genuine_and_altered_when_it_was_saved_again(home, demo_home, monkeypatch, leaves):
    monkeypatch.setenv("TONGXING_HOME", str(home))
    reader = Figures(build_files.published(demo_home), Reader(row_access.WHOLE, 0), BEFORE)
    order = release_log.Order(reader.build_id, BEFORE, report.FORM, "li", "centre")
    content, _receipt = report.file(reader, choices(leaves, BEFORE), order, lambda *_asked: 1)
    again = io.BytesIO()
    read(content).save(again)
    assert [receipts.by_content(home, what).state for what in (content, again.getvalue()[:-1] + b"x")] == ["genuine", "altered"]


def test_the_day_it_is_signed_is_the_town_s(leaves):
    late = leaves[2] | {BEFORE: replace(leaves[2][BEFORE], at="2026-01-04T16:30:00+00:00")}  # past midnight in Beijing
    document = read(written((leaves[0], leaves[1], late), BEFORE))
    assert "2026年1月5日" in [paragraph.text for paragraph in document.paragraphs]


def test_a_file_is_named_after_place_and_day(leaves):
    assert report.file_name(choices(leaves, BEFORE), "internal") == "结对帮扶工作情况报告_全镇_2022-06-30_内部件.docx"
    assert report.file_name(choices(leaves, BEFORE, 4), "public") == f"结对帮扶工作情况报告_{leaves[0][4]['name']}_2022-06-30_公开件.docx"


def test_a_note_stays_with_its_table_and_figures_without_a_number_fit_their_column(leaves):
    """尚无数据 is four letters of 9 points; the columns of the widest table leave them room."""
    document = read(written(leaves, YEAR_END))
    for element, after in zip(document.element.body, [*document.element.body][1:], strict=False):
        if element.tag == qn("w:tbl") and "".join(after.itertext()).strip():
            assert element.findall(qn("w:tr"))[-1].find(".//" + qn("w:keepNext")) is not None
    widest = max(document.tables, key=lambda table: len(table.columns))
    sides = [int(side.get(qn("w:w"))) for side in widest._tbl.tblPr.find(qn("w:tblCellMar")) if side.tag in (qn("w:left"), qn("w:right"))]
    assert min(column.width.pt for column in widest.columns) - sum(sides) / 20 > 4 * 9


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_report_names_its_year_because_it_is_read_in_the_next(leaves, language):
    use_language(language)
    document = read(written(leaves, YEAR_END))
    cells = [cell.text for table in document.tables for cell in table.rows[0].cells]
    whole = " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    assert (re.search("今年|this year", whole), "2025年的走访" in whole or "in 2025" in whole) == (None, True)


def kept(row):
    """Whether a row of a table stays with what follows."""
    return all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells)


def test_a_signature_is_not_alone_on_its_page_and_a_table_of_twenty_villages_not_alone_below_its_caption():
    """A public report ends with a table; the first table of an annex has its title above."""
    doc = docx_writer.Writer(["甲"], "", "", dt.datetime(2026, 1, 1), 2025)
    doc.table("各项职责落实情况", ["项目", "比例"], [["培训参与率", "100.0%"]])
    doc.sign(["各村（社区）情况表"], ["2026年1月1日"])
    doc.annex("各村（社区）情况表", is_lying=True)
    doc.table("儿童和结对（人）", ["村（社区）", "在册"], [[f"{number}村", "1"] for number in range(20)], is_wide=True)
    doc.table("走访（人次）", ["村（社区）", "走访"], [[f"{number}村", "1"] for number in range(20)], is_wide=True)
    duties, villages, visits = read(doc.file()).tables
    assert (kept(duties.rows[-1]), *(all(map(kept, table.rows[:-1])) for table in (villages, visits))) == (True, False, True)
