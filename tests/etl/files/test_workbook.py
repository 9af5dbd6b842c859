"""Files by their bytes: what is refused and why, and what calamine hands over as empty; one bad file costs its own rows."""

import datetime as dt
import io
import random
import zipfile

import msoffcrypto
import openpyxl
import pytest
import xlwt

from etl.files import source_file, workbook


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


def test_error_cells_and_formulas_never_calculated_are_found():
    book = xlsx([["a", "b"], ["#N/A", "=1+1"]])
    assert workbook.read(book)[0].errors == {(1, 0), (1, 1)}


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
