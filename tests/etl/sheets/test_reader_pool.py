"""Whole files through the workers: LibreOffice's three endings alike, hidden rows and sheets, hostile files beside good ones."""

import contextlib
import hashlib
import json
import multiprocessing as mp
import os
import random
import shutil
import signal
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from etl.files.source_file import read_source
from etl.sheets import reader_pool, sheet_store
from tests.bench.fuzz import TOWN, fuzz
from tests.conftest import run
from tests.etl.files.test_workbook import GOOD, SHEET, with_part
from tests.etl.ledger_builder import REGISTER, build, frame, sheet
from warehouse.builds import repository
from warehouse.builds.raw_sheets import RETURNED
from warehouse.storage import limited_process

FILES = Path(__file__).parent / "files"


def read(*paths):
    """Readings by file name, read by the workers as a load does."""
    return {file.path.name: reading for file, reading in reader_pool.read_files([read_source(path) for path in paths])}


@pytest.mark.parametrize("ending", ["xlsx", "xls", "csv"])
def test_a_workbook_of_libreoffice_reads_the_same_under_every_ending(ending):
    """`柳溪村结对.fods` is the original; the three others were saved from it by LibreOffice 7.4."""
    source = read_source(FILES / f"柳溪村结对.{ending}")
    (found,) = sheet_store.ledger_file(source, reader_pool.read_content(source.content))[1]
    children = sheet(
        [
            ["柳溪村儿童台账"],
            ["姓名", "身份证号", "村(社区)"],
            ["丁一", "659901201301017013", "柳溪村"],
            ["古丽·阿依", "65990120120403142X", "柳溪村"],
        ]
    )
    made = build(children, found)
    assert (found.reading.rows_seen, found.reading.rows_loaded) == (10, 3)
    assert [(total.stated, total.counted) for total in found.reading.totals] == [(3, 3)]
    days = [
        (str(start), str(end), who is not None, row)
        for start, end, who, row in frame(made, "pairings", "started_on", "ended_on", "child_id", "row_no")
    ]
    assert sorted(days) == [("2023-05-01", "2024-12-31", True, 6), ("2023-05-01", "None", False, 7), ("2023-05-01", "None", True, 5)]
    assert {village for (village,) in frame(made, "pairings", "village_id")} == {REGISTER[1][0]}


def test_hidden_rows_and_hidden_sheets_are_ledger_rows_like_others(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    for row in (["帮扶人", "单位", "人员类别"], ["乙一", "镇政府", "镇干部职工"], ["乙二", "镇政府", "镇干部职工"]):
        page.append(row)
    page.row_dimensions[3].hidden = True
    other = book.create_sheet("旧表")
    other.append(["培训时间", "参训人员"])
    other.append(["2024-1-1", "乙一"])
    other.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    first, second = read(tmp_path / "a.xlsx")["a.xlsx"].sheets
    assert (first.rows_loaded, first.is_hidden, second.rows_loaded, second.is_hidden) == (2, False, 1, True)


def test_macros_of_an_xlsm_are_not_looked_at(tmp_path):
    path = tmp_path / "a.xlsm"
    path.write_bytes(GOOD)
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("xl/vbaProject.bin", random.Random(1).randbytes(3000))
    assert (read(path)["a.xlsm"].fault, len(read(path)["a.xlsm"].sheets)) == (None, 1)


def test_the_kind_is_told_by_the_bytes_and_not_the_name(tmp_path):
    (tmp_path / "a.xls").write_bytes(GOOD)
    (tmp_path / "b.xlsx").write_text("姓名,身份证号\n甲一,x\n", encoding="utf-8")
    (tmp_path / "c.csv").write_bytes((FILES / "柳溪村结对.xls").read_bytes())
    assert [reading.fault for reading in read(*sorted(tmp_path.iterdir())).values()] == [None] * 3


def test_formula_text_and_links_stay_text(tmp_path):
    book = openpyxl.Workbook()
    rows = (["帮扶人", "单位", "人员类别"], ["乙一", "x", "镇干部职工"])
    for row in rows:
        book.active.append(row)
    book.active["B2"].value = '=HYPERLINK("file:///etc/passwd","x")'
    book.active["B2"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    frame = read(tmp_path / "a.xlsx")["a.xlsx"].sheets[0].frame
    assert frame["unit"].to_list() == ['=HYPERLINK("file:///etc/passwd","x")']


HOSTILE = {
    "bomb": with_part(GOOD, SHEET, lambda body: body + b" " * 60_000_000),
    "far": with_part(
        GOOD, SHEET, lambda body: body.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    ),
    "entities": with_part(GOOD, SHEET, lambda body: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + body),
    "cut": GOOD[:900],
    "noise": random.Random(3).randbytes(4000),
    "page": b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    "empty": b"",
}


def fifty(folder):
    """Fifty files of which seven are bad."""
    bad = dict(enumerate(HOSTILE.values()))
    for number in range(50):
        (folder / f"{number:02d}.xlsx").write_bytes(bad.get(number - 20, GOOD))
    return sorted(folder.iterdir())


def test_of_fifty_files_the_bad_ones_cost_their_own_rows_and_nothing_else(tmp_path):
    found = read(*fifty(tmp_path))
    good = [name for name, reading in found.items() if reading.fault is None]
    assert (len(found), len(good), sum(len(found[name].sheets) for name in good)) == (50, 43, 43)
    assert {found[f"{number}.xlsx"].fault for number in range(20, 27)} == {"file_hostile", "file_unreadable"}


def test_without_limits_of_memory_the_looks_before_parsing_and_the_time_limit_still_hold(tmp_path, monkeypatch):
    """As on Windows, where the module `resource` does not exist."""
    monkeypatch.setitem(sys.modules, "resource", None)
    limited_process.limit_memory(1)
    for content in HOSTILE.values():
        assert reader_pool.read_content(content).fault in ("file_hostile", "file_unreadable")


def test_a_worker_that_hangs_is_ended_at_its_time_and_one_that_needs_too_much_memory_too(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(GOOD)
    ((_, slow),) = reader_pool.read_files([read_source(tmp_path / "a.xlsx")], seconds=0.0)
    (tmp_path / "b.csv").write_text("姓名,身份证号\n" + "甲一,1\n" * 400_000, encoding="utf-8")
    ((_, large),) = reader_pool.read_files([read_source(tmp_path / "b.csv")], memory=2**20)
    assert (slow.fault, slow.fact, large.fault, large.fact) == ("file_hostile", "time", "file_hostile", "memory")


def test_who_stops_reading_early_waits_for_no_reader_that_hangs(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    (tmp_path / "a.csv").write_text("姓名,身份证号\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("姓名,身份证号\n" + "甲一,1\n" * 400_000, encoding="utf-8")
    readings = reader_pool.read_files([read_source(tmp_path / name) for name in ("a.csv", "b.csv", "b.csv")])
    others = {*mp.active_children()}  # of the tests before
    next(readings)
    while len(hung := [child for child in mp.active_children() if child not in others]) < 2:
        time.sleep(0.01)  # the second reader is still to begin
    for child in hung:
        os.kill(child.pid, signal.SIGSTOP)
    start = time.monotonic()
    readings.close()
    left = [child for child in hung if child.is_alive()]
    assert (len(hung), left, time.monotonic() - start < 10) == (2, [], True)


def test_flipped_and_cut_bytes_never_crash_hang_or_come_out_as_half_a_file(tmp_path):
    """The long run is `python -m tests.bench.fuzz`."""
    ended = fuzz(tmp_path, 80, seed=2024)
    assert sum(ended.values()) == 80
    assert [end for end in ended if end.endswith(("half", "time"))] == []


def test_a_load_with_spoilt_files_publishes_the_good_ones_and_names_the_others(tmp_path):
    folder = tmp_path / "ledgers"
    folder.mkdir()
    for path in TOWN.iterdir():
        if path.name.startswith(("柳溪村", "村居名册")):
            shutil.copy(path, folder)
    good = len(list(folder.iterdir()))
    for number, content in enumerate(HOSTILE.values()):
        (folder / f"坏{number}.xlsx").write_bytes(content)
    told = run(tmp_path / "home", "etl", "load", folder, "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {line["file"] for line in report["set_aside"]} == {f"坏{number}.xlsx" for number in range(len(HOSTILE))}
    assert len([file for file in report["files"] if file["fault"] is None]) == good
    assert all(f"坏{number}.xlsx" in told for number in range(len(HOSTILE)))
    for file in report["files"]:
        for line in file["sheets"]:
            assert line["rows_seen"] == line["rows_loaded"] + line["rows_set_aside"] + line["rows_not_data"]


def test_a_copy_saved_with_nothing_but_its_list_is_told_and_leaves_the_ledger_in_place(tmp_path):
    home, original, alone = tmp_path / "home", "柳溪村儿童台账第4期.xlsx", tmp_path / "柳溪村儿童台账第4期.csv"
    run(home, "etl", "load", TOWN / "村居名册.xlsx", TOWN / original)
    digest = hashlib.sha256((TOWN / original).read_bytes()).hexdigest()[:16]
    alone.write_text(f"{RETURNED}{digest},,\n{original}：严重 3,,\n程度,工作表,行\n严重,孤儿,6\n", "gb18030")
    told = run(home, "etl", "load", alone)
    assert ("没有台账" in told, "已替换" in told) == (True, False)
    with contextlib.closing(repository.open_build(home)) as kept:
        assert kept.rows("select count(*) as rows from child_rows")[0]["rows"] > 10


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>
 <office:spreadsheet><table:table table:name="Sheet1">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(path, rows, manifest=""):
    """An OpenDocument spreadsheet of texts."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in row)
        + "</table:table-row>"
        for row in rows
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", ODS.format(rows=cells))
    return path


CHILDREN = [["姓名", "身份证号", "监护人"], ["甲一", "", "甲大"]]


def test_an_opendocument_spreadsheet_is_read_and_one_with_a_password_or_entities_is_not(tmp_path):
    sound, locked = ods(tmp_path / "a.ods", CHILDREN), ods(tmp_path / "b.ods", CHILDREN, "<encryption-data/>")
    bomb = tmp_path / "c.ods"
    with zipfile.ZipFile(bomb, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "")
        archive.writestr("content.xml", '<!DOCTYPE a [<!ENTITY x "xxx">]>' + ODS.format(rows=""))
    readings = read(sound, locked, bomb)
    assert [sheet.rows_loaded for sheet in readings["a.ods"].sheets] == [1]
    assert (readings["b.ods"].fault, readings["c.ods"].fault) == ("file_protected", "file_hostile")


def test_unicode_text_as_excel_saves_it_is_read_with_a_title_above(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("留守儿童台账\n填报单位:柳溪村\n姓名\t身份证号\t监护人\n甲一\t\t甲大\n".encode("utf-16"))
    assert [(sheet.ledger, sheet.rows_loaded) for sheet in read(path)["a.csv"].sheets] == [("children", 1)]
