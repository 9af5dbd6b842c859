"""The Word report: its figures are the cells that leave, nothing withheld is in it, and it has the form of an official document."""

import datetime as dt
import io
import re
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from locales import use_language
from pages.parts import handing, report, report_annex
from pages.parts.figures import Figures
from pages.parts.report_blocks import Annex, Grid, Picture, Text
from pages.parts.report_told import Told, reach
from warehouse import builds, leaving, receipts, scopes, shown
from warehouse.child_counts import Table
from warehouse.shown import Shown

YEAR_END, BETWEEN, BEFORE = dt.date(2025, 12, 31), dt.date(2025, 8, 17), dt.date(2022, 6, 30)
DAYS = (YEAR_END, BETWEEN, BEFORE)
_PART = re.compile(r"(\d+\.\d%)[（ ]\(?(\d+)/(\d+)[）)]")


@pytest.fixture(scope="module")
def leaves(demo_home):
    """{day: (what leaves, receipt)} of the demo town."""
    build = builds.published(demo_home)
    reader = Figures(build, ("centre", scopes.WHOLE, 0), YEAR_END)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(demo_home))
        villages = tuple(reader.villages())
        made = {day: leaving.leave(reader.true, report.TABLES, day, demo_home, 3) for day in DAYS}
    no = "20260104-0001-0A1B"
    told = {day: receipts.Receipt(no, "2026-01-04T08:15:00+00:00", build, "1", str(day), report.FORM, "li", "centre", {}) for day in DAYS}
    return villages, made, told


def choices(leaves, day, at=None, **more):
    """The town's, or the village's at a place in the register."""
    villages = leaves[0]
    if at is None:
        return report.Choices(day, villages=villages, **more)
    return report.Choices(day, villages[at]["village_id"], villages[at]["name"], villages=villages, **more)


def written(leaves, day, at=None, **more):
    """The file."""
    return report.writer(choices(leaves, day, at, **more))(leaves[1][day], leaves[2][day], 3)


def composed(leaves, day, at=None):
    """The report before it is a file."""
    return report.composed(leaves[1][day], leaves[2][day], 3, choices(leaves, day, at))


def read(content):
    """A file as python-docx reads it."""
    return Document(io.BytesIO(content))


def texts(made):
    """All paragraphs of a report, one below the other."""
    return "\n".join(block.text for block in made.blocks if isinstance(block, Text))


def body(made):
    """The blocks before the first annex."""
    return made.blocks[: next(at for at, block in enumerate(made.blocks) if isinstance(block, Annex))]


EDITIONS = [(day, at, language) for day in DAYS for at in (None, 4) for language in ("zh_CN", "en")]


@pytest.mark.parametrize(("day", "at"), [(day, at) for day in DAYS for at in (None, 4)])
def test_the_annex_holds_every_figure_as_it_leaves(leaves, day, at):
    told = Told(leaves[1][day], day, choices(leaves, day, at).village_id)
    grids = [block for block in composed(leaves, day, at).blocks if isinstance(block, Grid) and block.is_wide][:2]
    for grid, figures in zip(grids, (report_annex._CHILDREN, report_annex._WORK), strict=True):
        wanted = []
        for place in range(len(told.villages("coverage")) + 1):
            rows = {metric: [*told.villages(metric), told.town(metric)][place] for metric, _names in figures}
            wanted.append([shown.text(rows[metric][name]) for metric, names in figures for name in names])
        assert [line[1:] for line in grid.rows] == wanted
    assert len(grids[0].rows) == (13 if at is None else 2)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("day", DAYS)
def test_every_share_in_a_sentence_is_the_share_of_two_cells_that_are_shown(leaves, day, language):
    use_language(language)
    found = [part for at in (None, 0, 6) for part in _PART.findall(texts(composed(leaves, day, at)))]
    rows = [row for table in leaves[1][day].tables for row in leaves[1][day].rows(table)]
    values = [{value for value in row.values() if isinstance(value, int)} for row in rows]
    assert len(found) >= 3
    for share, above, below in found:
        assert share == shown.text(int(above) / int(below), is_share=True)
        assert any({int(above), int(below)} <= row for row in values)


@pytest.mark.parametrize("at", [None, 4, 6])
@pytest.mark.parametrize("day", [YEAR_END, BETWEEN])
def test_nothing_in_a_report_depends_on_a_withheld_number(leaves, day, at):
    """Text, tables and the bytes of pictures stay when every withheld number is another."""
    villages, made, told = leaves
    moved = leaving.Leaving([_moved(made[day], table) for table in made[day].tables], made[day].publication, made[day].plan)
    assert moved.tables != made[day].tables
    assert composed((villages, made | {day: moved}, told), day, at) == composed(leaves, day, at)


def _moved(made, table):
    """A table in which all that is withheld has another number."""
    pairs = zip(table.rows, made.rows(table), strict=True)
    rows = [{name: _other(value) if told.get(name) is Shown.WITHHELD else value for name, value in row.items()} for row, told in pairs]
    return Table(table.metric, table.by, table.as_of, rows)


def _other(value):
    """Another number of the kind; another word."""
    return value * 3 + 17 if isinstance(value, (int, float)) else "behind" if value == "met" else "met"


@pytest.mark.parametrize(("day", "at", "language"), EDITIONS)
def test_it_is_written_for_town_and_village_in_both_languages_on_any_day(leaves, day, at, language):
    use_language(language)
    document = read(written(leaves, day, at, town="霁溪镇", signed="镇未成年人救助保护中心"))
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    place = leaves[0][at]["name"] if at is not None else "霁溪镇"
    assert (place in document.paragraphs[0].text, leaves[2][day].no in told, "镇未成年人救助保护中心" in told) == (True, True, True)
    assert not re.search(r"[{}]|None|nan|Shown", told)
    assert len([p for p in document.paragraphs if p.style.name == "Heading 1"]) == 6 + 3  # parts and annexes


def test_a_village_s_report_names_no_other_village(leaves):
    others = [row["name"] for row in leaves[0] if row["name"] != leaves[0][4]["name"]]
    made = composed(leaves, YEAR_END, 4)
    grids = [str(cell) for block in made.blocks if isinstance(block, Grid) for row in block.rows for cell in row]
    pictures = [block.described for block in made.blocks if isinstance(block, Picture)]
    assert [name for name in others if name in " ".join([texts(made), *grids, *pictures])] == []


def test_a_day_before_all_ledgers_is_told_as_such_without_a_rate_of_nobody(leaves):
    made = composed(leaves, BEFORE)
    first = next(block.text for block in made.blocks if isinstance(block, Text))
    assert first == "截至2022年6月30日，全镇的台账里没有在册儿童，与儿童有关的各项没有可以报告的数。"
    assert [block for block in made.blocks if isinstance(block, Picture)] == []
    shares = [text for text in texts(made).split("\n") if "结对覆盖率100" in text or "结对覆盖率0" in text]
    assert (shares, "没有在册儿童。请核对各村（社区）的台账是否都已报来。" in texts(made)) == ([], True)


def test_a_goal_still_to_come_is_told_by_the_day_of_the_report(leaves):
    told = Told(leaves[1][BETWEEN], BETWEEN, None)
    row = next(row for row in report.report_goals.goal_rows(told) if (row["goal_year"], row["indicator"]) == (2025, "training_share"))
    duties = told.own("duties")
    assert (row["numerator"], row["denominator"]) == (duties["trained"], duties["helpers"])
    assert "目标日2025年12月31日还没有到，下表是截至报告日的情况。" in texts(composed(leaves, BETWEEN))


def test_villages_are_reached_or_waiting_or_withheld_or_have_nobody():
    parts = {"甲村": (4, 4), "乙村": (1, 4), "丙村": (Shown.WITHHELD, 4), "丁村": (0, 0), "戊村": (0, Shown.WITHHELD), "己村": (3, 4)}
    found = reach([{"village": name, "n": n, "d": d} for name, (n, d) in parts.items()], "n", "d")
    assert (found.reached, found.withheld, found.nobody) == (["甲村"], ["丙村"], ["丁村"])
    assert [name for name, _n, _d in found.waiting] == ["戊村", "乙村", "己村"]


def test_the_file_has_the_form_of_an_official_document(leaves):
    document = read(written(leaves, YEAR_END))
    first, lying = document.sections[0], document.sections[1]
    assert [round(side.mm) for side in (first.page_width, first.page_height, first.top_margin, first.left_margin)] == [210, 297, 37, 28]
    assert [round(side.mm) for side in (lying.page_width, lying.page_height)] == [297, 210]
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Title", "Body Text", "Heading 1", "Heading 2")
    }
    assert fonts == {"Title": "方正小标宋简体", "Body Text": "仿宋_GB2312", "Heading 1": "黑体", "Heading 2": "楷体_GB2312"}
    text = document.styles["Body Text"]
    assert (text.font.size.pt, text.paragraph_format.line_spacing.pt) == (16, 28)
    assert text.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    numbered = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"][:6]
    assert [heading[:2] for heading in numbered] == ["一、", "二、", "三、", "四、", "五、", "六、"]


def test_every_page_says_what_its_figures_are_and_counts(leaves):
    section = read(written(leaves, YEAR_END)).sections[0]
    stamp = f"数据截至2025年12月31日，版本{leaves[2][YEAR_END].build}，收据编号20260104-0001-0A1B"
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


def test_without_a_chinese_font_the_report_says_so_and_has_no_picture(leaves, monkeypatch):
    monkeypatch.setattr(report.report_charts.pictures, "has_font", lambda: False)
    made = composed(leaves, YEAR_END)
    assert [block for block in made.blocks if isinstance(block, Picture)] == []
    assert "没有中文字体，所以没有配图" in texts(made)


def test_signs_that_xml_cannot_hold_do_not_break_the_file(leaves):
    document = read(written(leaves, BEFORE, town="霁\x00溪\x0b镇<b>\ufffe", signed="\x1f中心"))
    assert document.paragraphs[0].text.startswith("霁溪镇<b>关爱")


def test_nothing_lacking_asks_for_nothing_and_what_is_withheld_is_named(leaves):
    made = body(composed(leaves, YEAR_END, 6))
    told = "\n".join(block.text for block in made if isinstance(block, Text))
    assert "从公布的数看，没有需要拍板的事项。" in told
    assert "按规定不公布、请在系统里查看后一并办理的有：" in told


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """The demo's builds in a home whose register is this test's."""
    for name in ("builds", "keys"):
        (tmp_path / name).symlink_to(demo_home / name)
    return tmp_path


def test_the_page_writes_it_enters_it_in_the_register_and_offers_it(opened, home, monkeypatch):
    app = opened("exports")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    app.text_input(key="report_town").set_value("霁溪镇").run()
    assert [part for part in app.get("download_button") if part.key == "report_get"] == []
    app.button(key="report_write").click().run()
    assert [part.value for part in (*app.exception, *app.error, *app.warning)] == []
    assert "下载报告" in [part.proto.label for part in app.get("download_button")]
    (receipt,) = receipts.receipts(home)
    assert (receipt.form, receipt.as_of, receipt.filters) == (report.FORM, "2025-12-31", {"范围": "全镇"})


def test_a_report_is_genuine_and_altered_when_it_was_saved_again(home, demo_home, monkeypatch, leaves):
    monkeypatch.setenv("TONGXING_HOME", str(home))
    reader = Figures(builds.published(demo_home), ("centre", scopes.WHOLE, 0), BEFORE)
    order = receipts.Order(reader.build_id, BEFORE, report.FORM, "li", "centre")
    content = handing.giving(reader, report.TABLES, order, report.writer(choices(leaves, BEFORE)), lambda *_asked: 1)()
    again = io.BytesIO()
    read(content).save(again)
    assert [receipts.by_content(home, what).state for what in (content, again.getvalue()[:-1] + b"x")] == ["genuine", "altered"]


def test_a_file_is_named_after_place_and_day(leaves):
    assert report.file_name(choices(leaves, BEFORE)) == "report.town.2022-06-30.docx"
    assert report.file_name(choices(leaves, BEFORE, 4)) == f"report.{leaves[0][4]['village_id']}.2022-06-30.docx"
