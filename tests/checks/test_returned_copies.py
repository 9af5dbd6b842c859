"""Ledgers returned to the villages: faults marked at their cells, the layout kept, and the copy loads like the ledger itself."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from types import SimpleNamespace

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from checks import ledger_workbook, returned_copies
from tests.conftest import TOWN, run
from tests.etl.files.test_workbook import DATED, GOOD, SHEET, strict, with_part
from warehouse.builds import repository
from warehouse.builds.raw_sheets import RETURNED
from warehouse.storage import csv_injection, keys


@pytest.fixture(scope="module")
def build(town_home):
    """The sample town."""
    return repository.open_build(town_home)


@pytest.fixture(scope="module")
def key(town_home):
    """Its key."""
    return keys.load_key(town_home)


def file_of(build, name):
    """The id of a file."""
    return build.rows("select file_id from ledger_files where file = $name", {"name": name})[0]["file_id"]


def opened(build, key, name):
    """The returned copy of a file."""
    return openpyxl.load_workbook(io.BytesIO(returned_copies.copy(returned_copies.original(build, key, file_of(build, name))).content))


def faults_of(build, name):
    """The findings of a file."""
    return build.rows(
        "select f.* from findings as f inner join ledger_sheets as s on s.sheet_id = f.sheet_id where s.file = $name", {"name": name}
    )


@pytest.mark.parametrize("name", ["柳溪村儿童台账第4期.xlsx", "青松村儿童台账_2025-12-17.xls", "白鹭村儿童台账_20251218.csv"])
def test_every_fault_stands_in_the_list_with_a_link_and_at_its_cell_with_a_comment(name, build, key):
    book, faults = opened(build, key, name), faults_of(build, name)
    listed = book.worksheets[0]
    assert listed["A1"].value == RETURNED + file_of(build, name)
    assert listed.max_row - 3 == len(faults) > 5
    for row in listed.iter_rows(min_row=4):
        if row[2].value is None:
            continue
        title, place = row[3].hyperlink.location.rsplit("!", 1)
        cell = book[title.strip("'")][place]
        assert (cell.row, cell.comment is not None) == (row[2].value, True)
        assert row[4].value in cell.comment.text
        assert cell.fill.fgColor.rgb[-6:] in returned_copies.FILLS.values()


def test_the_villages_own_sheets_stay_as_they_are_but_for_the_marks(build, key):
    name = "柳溪村儿童台账第4期.xlsx"
    before, after = openpyxl.load_workbook(TOWN / name), opened(build, key, name)
    assert after.sheetnames[1:] == before.sheetnames
    for sheet in before.worksheets:
        other = after[sheet.title]
        assert [[c.value for c in row] for row in other.iter_rows()] == [[c.value for c in row] for row in sheet.iter_rows()]
        assert sorted(map(str, other.merged_cells.ranges)) == sorted(map(str, sheet.merged_cells.ranges))
        assert {k: d.width for k, d in other.column_dimensions.items()} == {k: d.width for k, d in sheet.column_dimensions.items()}
        assert [[c.number_format for c in row] for row in other.iter_rows()] == [
            [c.number_format for c in row] for row in sheet.iter_rows()
        ]


def test_formulas_and_own_comments_stay_and_a_merged_cell_is_marked_at_its_first(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "走访次数"])
    sheet.append(["甲一", "=1+2"])
    sheet["A2"].comment = openpyxl.comments.Comment("村里的批注", "村")
    sheet.merge_cells("A2:A3")
    kept = io.BytesIO()
    book.save(kept)
    copy = ledger_workbook.open_workbook(kept.getvalue()).book
    fault = {"severity": "critical", "code": "uncovered_family", "detail": None, "field": None, "class_no": 1, "ledger": "children"}
    fault |= {
        "value_masked": None,
        "file": "a.xlsx",
        "in_sheet": sheet.title,
        "row_no": 3,
        "heading": None,
        "column_no": None,
        "name_column": 1,
    }
    returned_copies._mark(copy, [fault])
    told = copy.active["A2"].comment.text
    assert (copy.active["B2"].value, "村里的批注" in told, "严重" in told) == ("=1+2", True, True)


def test_a_ledger_returned_again_shows_what_is_still_wrong_and_no_mark_of_the_return_before(build, key):
    name = "柳溪村儿童台账第4期.xlsx"
    book = opened(build, key, name)
    marked = [cell for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row if cell.comment]
    marked[0].comment.text = f"村里的批注\n{marked[0].comment.text}"
    returned_copies._unmark(book)
    assert RETURNED not in str(book.worksheets[0]["A1"].value)
    assert [cell.comment.text for cell in marked if cell.comment] == ["村里的批注"]
    assert {cell.fill.fill_type for cell in marked} == {None}


def test_the_list_gives_each_line_the_height_of_its_text(build, key):
    listed = opened(build, key, "柳溪村儿童台账第4期.xlsx").worksheets[0]
    for row in range(4, listed.max_row + 1):
        lines = max(
            -(-csv_injection.breadth(str(listed.cell(row, at).value or "")) // width) for at, width in enumerate(returned_copies._WIDTHS, 1)
        )
        assert listed.row_dimensions[row].height >= 15 * lines


def test_words_in_two_colours_of_one_cell_stay_and_formulas_are_counted_anew_when_opened():
    book = openpyxl.Workbook()
    book.active["A1"] = CellRichText("甲", TextBlock(InlineFont(b=True), "一"))
    kept = io.BytesIO()
    book.save(kept)
    copy = ledger_workbook.open_workbook(kept.getvalue()).book
    assert (type(copy.active["A1"].value), copy.calculation.fullCalcOnLoad) == (CellRichText, True)


def test_comments_of_an_old_xls_stay():
    import xlrd

    note, sheet = SimpleNamespace(text="村里的批注", author="村"), openpyxl.Workbook().active
    old = SimpleNamespace(nrows=0, rowinfo_map={}, colinfo_map={}, merged_cells=[], cell_note_map={(1, 2): note})
    ledger_workbook._copy_sheet(xlrd, old, sheet)
    assert (sheet["C2"].comment.text, sheet["C2"].comment.author) == ("村里的批注", "村")


def test_an_old_xls_keeps_widths_merges_days_and_digits(build, key):
    name = "青松村儿童台账_2025-12-17.xls"
    import xlrd

    old, after = xlrd.open_workbook(str(TOWN / name), formatting_info=True), opened(build, key, name)
    for source in old.sheets():
        sheet = after[source.name]
        assert (sheet.max_row, len(sheet.merged_cells.ranges)) == (source.nrows, len(source.merged_cells))
        texts = [
            source.cell_value(row, col) for row in range(source.nrows) for col in range(source.ncols) if source.cell_type(row, col) == 1
        ]
        assert set(texts) - {""} <= {cell.value for row in sheet.iter_rows() for cell in row}


def test_returned_copies_load_without_hand_work_take_their_originals_place_and_find_the_same(villages_home, tmp_path):
    home, folder = tmp_path / "home", tmp_path / "back"
    shutil.copytree(villages_home, home)
    before = json.loads(run(home, "checks", "findings", "--format", "json"))
    assert "标注了问题的台账" in run(home, "checks", "return", tmp_path / "town.zip")
    zipfile.ZipFile(tmp_path / "town.zip").extractall(folder)
    told = run(home, "etl", "load", folder, "--as-of", "2025-12-31")
    assert told.count("已替换原来的") == len(list(folder.rglob("*.xlsx")))
    after = json.loads(run(home, "checks", "findings", "--format", "json"))

    def places(found):
        return Counter(
            (f["code"], f["village"], f["sheet"] if not (f["file"] or "").startswith("白鹭") else "", f["row"], f["column"], f["says"])
            for f in found
        )

    assert places(after) == places(before)


def test_a_wrong_total_is_marked_at_its_number(build, key):
    found = build.rows("select file, sheet, row_no, detail from findings where code = 'total_mismatch'")
    assert found
    for fault in found:
        row = opened(build, key, fault["file"])[fault["sheet"]][fault["row_no"]]
        marked = [str(cell.value) for cell in row if cell.comment]
        assert [fault["detail"].split(" / ")[0] in text for text in marked] == [True]


def test_one_village_gets_its_own_files_only(build, key):
    village = build.rows("select village_id, name from villages order by sort_no")[0]
    content, count, lacking = returned_copies.pack(build, key, village["village_id"])
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert (count, lacking) == (len(names), [])
    assert names
    assert {name.split("/")[0] for name in names} == {village["name"]}


def test_a_file_that_no_copy_can_be_made_of_is_named_and_not_passed_over(town_home, tmp_path):
    home, folder = tmp_path / "home", tmp_path / "more"
    folder.mkdir()
    (folder / "柳溪村儿童台账坏.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    home.mkdir()
    (home / "settings.toml").write_text("keep_originals = false\n")
    run(home, "etl", "load", TOWN / "村居名册.xlsx", TOWN / "柳溪村儿童台账第4期.xlsx", folder)
    told = run(home, "checks", "return", tmp_path / "town.zip")
    names = zipfile.ZipFile(tmp_path / "town.zip").namelist()
    listed = zipfile.ZipFile(tmp_path / "town.zip").read(names[0]).decode("utf-8-sig")
    assert (names, "0 份" in told) == (["没有标注的文件.txt"], True)
    for file in ("柳溪村儿童台账坏.xlsx", "柳溪村儿童台账第4期.xlsx"):
        assert (file in told, file in listed) == (True, True)


def test_what_cannot_be_returned_is_an_error_of_one_kind(build, key):
    with pytest.raises(KeyError):
        returned_copies.original(build, key, "0000")
    with pytest.raises(ValueError, match=r"\w"):
        ledger_workbook.open_workbook(b"PK\x03\x04 not a workbook")
    with pytest.raises(ValueError, match=r"\w"):
        ledger_workbook.open_workbook(b"\xd0\xcf\x11\xe0 not a workbook")


def test_a_text_of_an_old_workbook_becomes_no_formula_and_loses_signs_that_a_new_one_cannot_hold():
    book, kept = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("台账")
    sheet.write(0, 0, '=HYPERLINK("http://evil.example","x")')
    sheet.write(0, 1, "甲\x07一")
    book.save(kept)
    page = ledger_workbook.open_workbook(kept.getvalue()).book.worksheets[0]
    assert (page["A1"].data_type, page["A1"].value[:11], page["B1"].value) == ("s", "=HYPERLINK(", "甲一")


def test_a_name_inside_the_zip_leads_nowhere_when_it_is_unpacked():
    assert [returned_copies._plain(name) for name in ("../../etc", "C:\\x.xlsx", "..", "柳溪村", "/a")] == [
        "_.._etc",
        "C__x.xlsx",
        "_",
        "柳溪村",
        "_a",
    ]


def test_a_painted_far_row_does_not_make_every_walk_over_the_sheet_fill_a_million_rows():
    far = b'<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row></sheetData>'
    content = with_part(GOOD, SHEET, lambda body: body.replace(b"</sheetData>", far))
    sheet = ledger_workbook.open_workbook(content).book.worksheets[0]
    assert (sheet.max_row, sheet.max_column, sheet["A2"].value) == (2, 2, "甲一")


def test_a_strict_workbook_whose_sheets_openpyxl_does_not_see_makes_no_copy_without_them():
    with pytest.raises(ValueError, match="ValueError"):
        ledger_workbook.open_workbook(strict(DATED))


@pytest.mark.parametrize("name", ["柳溪村儿童台账第4期.xlsx", "青松村儿童台账_2025-12-17.xls", "白鹭村儿童台账_20251218.csv"])
def test_a_file_knows_which_of_its_sheets_were_read(name, build, key):
    source = returned_copies.original(build, key, file_of(build, name))
    book, _removed = ledger_workbook.open_workbook(source.content)
    assert source.read_sheets and source.read_sheets <= {*book.sheetnames}


def test_a_wrong_key_ends_the_return_with_its_sentence(town_home, tmp_path):
    shutil.copytree(town_home / "builds", tmp_path / "home" / "builds")
    keys.load_key(tmp_path / "home", create=True)
    done = subprocess.run(
        [sys.executable, "-m", "checks", "return", str(tmp_path / "town.zip")],
        env=os.environ | {"TONGXING_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "密钥与封存时的不同" in done.stderr, (tmp_path / "town.zip").exists()) == (1, True, False)


def test_a_file_with_rows_of_two_villages_is_the_centres_alone(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "ledgers"
    folder.mkdir()
    for name in ("村居名册.xlsx", "青松村儿童台账_2025-12-17.xls"):
        shutil.copy(TOWN / name, folder)
    mixed = openpyxl.load_workbook(TOWN / "柳溪村儿童台账第4期.xlsx")
    mixed.worksheets[0]["B8"] = "青松村"
    mixed.save(folder / "柳溪村儿童台账第4期.xlsx")
    run(home, "etl", "load", folder)
    build, key = repository.open_build(home), keys.load_key(home)
    (village,) = build.rows("select village_id from villages where name = '柳溪村'")
    content, count, lacking = returned_copies.pack(build, key, village["village_id"])
    assert (count, lacking) == (0, ["保护中心（含几个村的儿童）/柳溪村儿童台账第4期.xlsx"])
    assert "柳溪村儿童台账第4期" in zipfile.ZipFile(io.BytesIO(content)).read("没有标注的文件.txt").decode("utf-8-sig")
    names = {place.split("/")[0] for place, _content in returned_copies.copies(build, key)}
    assert names == {"保护中心（含几个村的儿童）", "青松村"}
    (other,) = build.rows("select village_id from villages where name = '青松村'")
    foreign = returned_copies.foreign_rows.Owners(build, key).foreign(other["village_id"])
    assert foreign.numbers and foreign.names and "柳溪村" in foreign.villages


NUMBER = "659901201404043019"
FOREIGN = returned_copies.foreign_rows.Foreign(frozenset({"柳溪村"}), frozenset({NUMBER}), frozenset({"柳霜白", "柳霜青"}))


def comment(text):
    """What writes a text into a comment."""
    return lambda book: setattr(book["一"]["C4"], "comment", openpyxl.comments.Comment(text, "乙"))


def listed(text):
    """What writes a text into a list to choose from."""
    validation = openpyxl.worksheet.datavalidation.DataValidation("list", formula1=f'"{text}"', sqref="C4:C9")
    return lambda book: book["一"].add_data_validation(validation)


def cells(sheet, *texts):
    """What writes texts into a row of a sheet."""
    return lambda book: (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)).append(texts)


@pytest.mark.parametrize(
    ("write", "is_foreign"),
    [
        (comment(f"参照 {NUMBER}"), True),
        (comment("柳霜白在柳溪村"), True),
        (comment("与柳霜白、柳霜青同班"), True),
        (comment("与柳霜白同班"), False),
        (listed(f"柳霜白 {NUMBER},无"), True),
        (listed("柳霜白,柳霜青"), True),
        (listed("男,女"), False),
        (cells("一", f'="柳"&"{NUMBER}"'), True),
        (cells("一", "甲", f"与他（{NUMBER}）同校"), True),
        (cells("一", "甲", "与柳溪村柳霜白同校"), True),
        (cells("一", "柳霜白 659901201404043027"), True),
        (cells("一", "659901 20140404\u200b３０１９"), True),
        (cells("一", *NUMBER), True),
        (cells("一", "柳霜白", "柳霜青"), False),
        (cells("二", "柳霜白 在校", "柳霜青"), True),
        (cells("二", "柳 霜 白"), False),
        (cells("二", "（柳溪村）"), True),
    ],
)
def test_whatever_text_of_a_copy_tells_another_villages_child_takes_the_file_to_the_centre(write, is_foreign):
    book = openpyxl.Workbook()
    book.active.title = "一"
    book.active.append(["双桥村", "甲一", "659901201404040010"])
    write(book)
    stream = io.BytesIO()
    book.save(stream)
    original = returned_copies.Original("0" * 64, "双桥村.xlsx", stream.getvalue(), [], frozenset({"一"}), "zh", FOREIGN)
    assert returned_copies.copy(original).is_foreign is is_foreign


@pytest.mark.parametrize(
    ("number_format", "kept"),
    [
        (f'0"柳霜白{NUMBER}"', "General"),
        ('yyyy"柳霜白"', "yyyy-mm-dd"),
        ('0"Liu Shuangbai"', "General"),
        ('yyyy"年"m"月"d"日"', 'yyyy"年"m"月"d"日"'),
        ('#,##0.00"元"', '#,##0.00"元"'),
    ],
)
def test_a_number_format_of_a_copy_says_no_words_of_its_writers(number_format, kept):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["A1"].number_format = 1, number_format
    book.save(stream)
    assert ledger_workbook.open_workbook(stream.getvalue()).book.active["A1"].number_format == kept
