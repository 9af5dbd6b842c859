"""Files by their bytes: what is refused and why, and what calamine hands over as empty; one bad file costs its own rows."""

import datetime as dt
import io
import random
import re
import struct
import warnings
import zipfile
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
import xlwt

from etl.files import source_file, workbook, xlsx_guard


def xlsx(rows, **properties):
    """Bytes of a workbook with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for name, value in properties.items():
        setattr(book, name, value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def with_part(content, part, change):
    """A copy of a workbook with one part changed."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename == part else body)
    return kept.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx([["姓名", "身份证号"], ["甲一", "x"]])


def ods():
    """The parts of an OpenDocument spreadsheet."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        for name in ("content.xml", "styles.xml", "meta.xml", "settings.xml", "manifest.rdf", "META-INF/manifest.xml"):
            package.writestr(name, "<a/>")
    return kept.getvalue()


def refused(content):
    """The finding's code that a file is refused with."""
    with pytest.raises(source_file.Unreadable) as error:
        workbook.read(content)
    return error.value.code


def test_random_bytes_html_and_nothing_are_unreadable():
    noise = random.Random(7).randbytes(5000)
    assert [refused(content) for content in (noise, b"<html><table><tr><td>1</td></tr></table></html>", b"")] == ["file_unreadable"] * 3


def test_a_truncated_workbook_is_unreadable():
    assert refused(GOOD[: len(GOOD) // 2]) == "file_unreadable"


def test_a_workbook_with_a_password_is_protected():
    kept = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(GOOD)).encrypt("secret", kept)
    assert refused(kept.getvalue()) == "file_protected"


def test_a_file_that_unpacks_beyond_the_limits_is_hostile():
    assert refused(with_part(GOOD, SHEET, lambda body: body + b" " * 60_000_000)) == "file_hostile"


def test_one_cell_at_the_far_corner_is_hostile():
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    assert refused(with_part(GOOD, SHEET, lambda body: body.replace(b"</sheetData>", far))) == "file_hostile"


def test_xml_entities_are_hostile():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert refused(with_part(GOOD, SHEET, lambda body: bomb + body)) == "file_hostile"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_in_any_part_is_hostile(encoding):
    """An entity of text (billion laughs), of a file of this machine, of another machine; behind a long comment too."""
    book = (Path(__file__).parents[1] / "sheets" / "files" / "柳溪村结对.xlsx").read_bytes()
    entity = '<?xml version="1.0"?><!--' + "x" * 70_000 + '--><!DOCTYPE a [<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;]>'
    for content in (book, ods()):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [name for name in package.namelist() if name.endswith((".xml", ".rels", ".rdf"))]
        assert len(parts) >= 6
        assert {refused(with_part(content, part, lambda body: (entity + "<a/>").encode(encoding) + body)) for part in parts} == {
            "file_hostile"
        }


TWO = xlsx([["姓名", "身份证号"], ["甲一", "x"], ["甲二", "y"]])
BOOK, LINKS, TYPE = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", b"relationships/worksheet"
SECOND = re.compile(rb'<row r="3">.*?</row>')


def second_row(change):
    """A change of the second child's row."""
    return lambda body: SECOND.sub(lambda row: change(row[0]), body)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, second_row(lambda row: row.replace(b'3"', b'2"'))),
        (SHEET, second_row(lambda row: row.replace(b'A3"', b'A2"').replace(b'B3"', b'b02"'))),
        (SHEET, second_row(lambda row: row.replace(b'<c r="A3"', b"<c\n s=\"0\" r = 'A2'").replace(b'B3"', b'B2"'))),
        (SHEET, second_row(lambda row: re.sub(rb'<c r=".."', b"<c", row).replace(b'<row r="3"', b'<row r="2"'))),
        (SHEET, second_row(lambda row: row.replace(b'"B3"', b'"A3"'))),
        (SHEET, second_row(lambda row: b"</sheetData><sheetData>" + row)),
        (SHEET, lambda body: b'<?xml version="1.0" encoding="UTF-16"?>'.decode().encode("utf-16") + body.decode().encode("utf-16-le")),
        (LINKS, lambda body: body.replace(TYPE, TYPE.replace(b"work", b"chart"))),
        (BOOK, lambda body: body.replace(b"</sheets>", re.search(rb"<sheet .*?/>", body)[0] + b"</sheets>")),
        (
            BOOK,
            lambda body: body.replace(
                b"</sheets>", re.search(rb"<sheet .*?/>", body)[0].replace(b'"Sheet"', b'"&#115;heet"') + b"</sheets>"
            ),
        ),
    ],
    ids="row_number places other_signs no_places column second_block utf16 chart sheet_name sheet_name_in_signs".split(),
)
def test_a_workbook_of_which_a_reader_would_drop_rows_is_refused(part, change):
    """Office programs mend or refuse such a file; to open it there and save it again is what the finding asks for."""
    assert refused(with_part(TWO, part, change)) == "file_unreadable"


@pytest.mark.parametrize("name", [SHEET, "xl/Worksheets/Sheet1.xml"])
def test_two_parts_by_one_name_are_refused(name):
    kept = io.BytesIO(GOOD)
    with zipfile.ZipFile(kept, "a") as package, warnings.catch_warnings(action="ignore"):
        package.writestr(name, "<worksheet/>")
    assert refused(kept.getvalue()) == "file_unreadable"


def test_two_cells_in_one_place_of_an_xls_are_refused():
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, name in enumerate(["姓名", "甲一", "乙二"]):
        sheet.write(row, 0, name)
    kept = io.BytesIO()
    book.save(kept)
    place = struct.pack("<HHHH", 0x00FD, 10, 2, 0)  # LABELSST of the third row
    assert kept.getvalue().count(place) == 1
    assert refused(kept.getvalue().replace(place, struct.pack("<HHHH", 0x00FD, 10, 1, 0))) == "file_unreadable"


@pytest.mark.parametrize(
    "change",
    [
        lambda body: re.sub(rb' r="[A-Z]?\d"', b"", body),
        lambda body: re.sub(rb'<row r="\d"', b"<row", body),
        second_row(lambda row: re.sub(rb'<c r=".."', b"<c", row)),
        lambda body: body.replace(b"<row", b"<x:row").replace(b"</row", b"</x:row").replace(b"<c ", b"<x:c ").replace(b"</c>", b"</x:c>"),
    ],
    ids="no_numbers no_row_numbers some_places prefix".split(),
)
def test_rows_and_cells_without_numbers_are_read_where_they_stand(change):
    x = b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    (sheet,) = workbook.read(with_part(TWO, SHEET, lambda body: change(body).replace(b"<worksheet ", x)))
    assert sheet.rows == [["姓名", "身份证号"], ["甲一", "x"], ["甲二", "y"]]


def test_one_long_text_named_by_many_cells_is_hostile(monkeypatch):
    monkeypatch.setattr(xlsx_guard, "MOST_LETTERS", 1000)
    assert refused(xlsx([["甲" * 101]] * 10)) == refused(("甲" * 101 + "\n").encode() * 10) == "file_hostile"
    assert len(workbook.read(xlsx([["甲" * 100]] * 10))) == 1


def test_error_cells_and_formulas_never_calculated_are_found():
    book = xlsx([["a", "b"], ["#N/A", "=1+1"]])
    assert workbook.read(book)[0].errors == {(1, 0), (1, 1)}


def test_error_cells_are_found_however_the_part_is_written():
    book = xlsx([["a", "b"], ["#N/A", "=1+1"]])
    for change in (lambda body: body.replace(b't="e"', b"t='e'"), lambda body: body.replace(b"<f>", b"<x:f>").replace(b"</f>", b"</x:f>")):
        assert xlsx_guard.scan_xlsx(with_part(book, "xl/worksheets/sheet1.xml", change)).cells["Sheet"] == {(1, 0), (1, 1)}
    cell = "<t:table-cell t:formula='of:=1/0' o:value-type='float' o:value='0'><p>#DIV/0!</p></t:table-cell>"
    rows = f"<t:table-row t:number-rows-repeated='2'/><t:table-row><t:table-cell t:number-columns-repeated='3'/>{cell}</t:table-row>"
    spaces = "xmlns:t='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
    content = f"<o:body {spaces}><t:table t:name='表'>{rows}</t:table></o:body>".encode()
    assert xlsx_guard.scan_xlsx(with_part(ods(), "content.xml", lambda _body: content)).cells == {"表": {(2, 3)}}
    assert refused(with_part(ods(), "content.xml", lambda _body: content[:-4])) == "file_unreadable"


def test_the_1904_date_system_is_told():
    book = with_part(GOOD, "xl/workbook.xml", lambda body: body.replace(b"<workbookPr", b'<workbookPr date1904="1"'))
    assert workbook.read(book)[0].is_1904 is True
    assert workbook.read(GOOD)[0].is_1904 is False


def test_xls_cells_come_with_their_coordinates():
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(2, 3, "甲一")
    sheet.write(3, 3, dt.date(2023, 5, 1), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    kept = io.BytesIO()
    book.save(kept)
    rows = workbook.read(kept.getvalue())[0].rows
    assert (rows[2][3], rows[3][3], len(rows)) == ("甲一", dt.date(2023, 5, 1), 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_every_encoding_villages_use(encoding):
    assert workbook.read("姓名,性别\n甲一,女\n".encode(encoding))[0].rows == [["姓名", "性别"], ["甲一", "女"]]


STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}
DATED = xlsx([["姓名", "出生日期"], ["甲一", dt.date(2014, 5, 6)]])


def strict(content):
    """A workbook as Excel saves it as Strict Open XML: other namespaces, and dates as texts of their own type."""
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/styles.xml", "xl/sharedStrings.xml", SHEET):
        for name, other in STRICT.items():
            content = with_part(content, part, lambda body, name=name, other=other: body.replace(name, other))
    iso = b' t="d"><v>2014-05-06T00:00:00</v>'
    return with_part(content, SHEET, lambda body: re.sub(rb' t="n"><v>\d+</v>', iso, body))


def test_a_strict_workbook_reads_as_the_usual_one():
    content = strict(DATED)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"purl.oclc.org" in archive.read(SHEET) and b't="d"' in archive.read(SHEET)
    rows = workbook.read(content)[0].rows
    assert (rows[0], rows[1][0], str(rows[1][1])[:10]) == (["姓名", "出生日期"], "甲一", "2014-05-06")


def test_an_empty_fill_in_the_styles_costs_nothing():
    empty = with_part(DATED, "xl/styles.xml", lambda body: re.sub(rb"<fills [^>]*>", b'<fills count="3"><fill/>', body))
    assert workbook.read(empty)[0].rows == workbook.read(DATED)[0].rows


PAINTED = [
    b'<row r="1048576" s="1" customFormat="1"/>',
    b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"></c></row>',
    b'<row r="1048576">' + b"".join(b'<c r="%s1048576" s="1"><v></v></c>' % bytes([65 + at]) for at in range(26)) + b"</row>",
]


@pytest.mark.parametrize("row", PAINTED)
def test_a_far_row_that_is_painted_and_empty_costs_nothing(row):
    painted = with_part(GOOD, SHEET, lambda body: body.replace(b"</sheetData>", row + b"</sheetData>"))
    assert workbook.read(painted)[0].rows == workbook.read(GOOD)[0].rows


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1048576"><c r="A1048576" s="1"/><c r="B1048576" t="n"><v>1</v></c></row>',
        b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        b'<row r="1"><c r="XFD1"><f>1+1</f><v>2</v></c></row>',
        b"".join(b'<row r="%d"><c r="AB%d" s="1"/></row>' % (row, row) for row in range(200_000, 220_001)),
    ],
)
def test_far_values_and_masses_of_painted_cells_are_hostile(rows):
    assert refused(with_part(GOOD, SHEET, lambda body: body.replace(b"</sheetData>", rows + b"</sheetData>"))) == "file_hostile"


HEADING = "序号,姓名,性别,住址,备注"
PEOPLE = [f"{at},甲{at},女,柳溪村,{{}}" for at in range(1, 6)]


@pytest.mark.parametrize(
    ("remarks", "kept"),
    [
        (("", '"低保户', "", "", ""), '"低保户'),
        (("", '"低保', "", '户"', ""), '"低保'),
        (("", '"低保', "", "", '户"'), '"低保'),
        (("", '"低保', '"户"', "", ""), '"低保'),
    ],
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_quote_that_takes_in_rows_of_a_csv_is_a_plain_sign(remarks, kept, end):
    lines = ["柳溪村名册", HEADING, *(row.format(remark) for row, remark in zip(PEOPLE, remarks, strict=True))]
    rows = [row for row in workbook.read((end.join(lines) + end).encode())[0].rows if row]
    assert [row[1] for row in rows[2:]] == ["甲1", "甲2", "甲3", "甲4", "甲5"]
    assert rows[3][4] == kept


def test_a_torn_quote_that_cannot_be_undone_refuses_the_file():
    lines = [HEADING, "1,甲1,女,柳溪村,无", '2,"甲2,女,柳溪村', *PEOPLE[2:]]
    assert refused("\n".join(lines).encode()) == "file_unreadable"


def test_several_lines_in_a_cell_of_a_csv_stay_one_cell():
    row = '1,"甲1\n甲2",女,"柳溪村,一组\n二号, 三号","低保,\n残疾"'
    (sheet,) = workbook.read("\r\n".join([HEADING, row, "2,甲3,男,柳溪村,"]).encode())
    assert [len(cells) for cells in sheet.rows] == [5, 5, 5]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 broken",
        with_part(GOOD, SHEET, lambda body: body.replace(b'r="A1"', b'r="XFD1048576"')),
        with_part(GOOD, SHEET, lambda body: b"<!DOCTYPE x>" + body),
    ],
)
def test_of_a_list_that_is_refused_a_page_is_given_nothing(content):
    assert workbook.texts(content) == {}


def test_a_long_wide_or_wordy_list_is_cut():
    (rows,) = workbook.texts(xlsx([["字" * 900] * 60, *[["x"] * 60] * 1500])).values()
    assert (len(rows), len(rows[0]), len(rows[0][0])) == (1000, 40, 500)
