"""Workbooks in the layouts of public forms and notices (tests/cases/ledgers): each is read rightly, or asked about, never wrong in silence."""

import json
import re
import subprocess
import sys
import zipfile

import duckdb
import pytest
from openpyxl import Workbook

from etl import table_listing
from etl.forms import forms
from etl.sheets import reader_pool
from tests.conftest import ROOT, run
from warehouse.storage import build_files

CASES = ROOT / "tests" / "cases" / "ledgers"
REGISTER = CASES / "村居名册.xlsx"
EXPECTED = {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("*/case.json"))}
ASKED = {"w21b": "day"}  # a list of gifts that says no day
# What stands in no cell of the workbook: values of formulas that were never calculated, and what only an earlier ledger states.
UNSTATED = {"w27b": {"sex", "born_on", "class_no"}, "w44": {"listed_on"}}
CODES = {"sex": "sex", "father_status": "parent_status", "mother_status": "parent_status"}


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Read files without worker processes."""
    monkeypatch.setattr(
        reader_pool, "read_files", lambda files, **_more: ((file, reader_pool.read_content(file.content)) for file in files)
    )


def listed(case, **how):
    """The tables of a case."""
    paths = [path for path in (CASES / case).iterdir() if path.name != "case.json"]
    return table_listing.tables(paths, REGISTER, show_names=True, **how)


def wanted_values(field, text):
    """The values that a clerk's reading of a cell may be told by."""
    word = re.sub(r"\(.*", "", str(text))
    return {str(text), word, forms.vocabulary(CODES[field]).get(word, word) if field in CODES else word}


def person(row):
    """Whom a row speaks of."""
    return row.get("child_name") or row.get("helper_name")


def wrong_cells(case, row, rows):
    """The fields of an expected row that no row of that person tells."""
    fields = {
        field: text for field, text in row.items() if not field.startswith("_") and text is not None and field not in UNSTATED.get(case, ())
    }
    if "_cell" in row:
        return set()  # judged by test_days_of_visits_are_read_as_written
    best = fields.keys()
    for found in (found for found in rows if person(found) == person(row)):
        kept = {name: found.get(name) for name in fields if name != "helper_name" or "helper_name" in found}
        wrong = {name for name, value in kept.items() if not wanted_values(name, fields[name]) & {str(value), str(value)[:7]}}
        best = min(best, wrong, key=len)
    return set(best)


@pytest.mark.parametrize("case", EXPECTED)
def test_a_case_is_read_as_a_careful_clerk_reads_it_or_asked_about(case):
    tables = listed(case)
    questions = {table["question"] for table in tables if table["state"] == "asked"}
    assert questions == ({ASKED[case]} if case in ASKED else set())
    if case in ASKED:
        tables = listed(case, accept_proposals=True)
    read = [table for table in tables if table["state"] == "read" and table["rows"]]
    assert [table["ledger"] for table in read if table["ledger"] in EXPECTED[case]["never"]] == []
    assert {table["ledger"] for table in read} == {table["ledger"] for table in EXPECTED[case]["tables"]}
    for expected in EXPECTED[case]["tables"]:
        of_kind = [table for table in read if table["ledger"] == expected["ledger"]]
        rows = [row for table in of_kind for row in table["rows"]]
        for name in ("village", "reporting_day"):
            if expected.get(name):
                assert [str(table[name])[: len(expected[name])] for table in of_kind] == [expected[name]] * len(of_kind)
        assert {person(row) for row in rows} == {person(row) for row in expected["rows"]} or "_cell" in expected["rows"][0]
        assert [wrong for row in expected["rows"] if (wrong := wrong_cells(case, row, rows))] == []


def test_days_of_visits_are_read_as_written():
    (table,) = listed("w20")
    days = [day for _row, day in dict.fromkeys((row["row"], str(row["visited_on"])) for row in table["rows"])]  # two may have walked
    wanted = [day for row in EXPECTED["w20"]["tables"][0]["rows"] for day in row["visited_on"]]
    assert days == wanted


def test_words_in_use_are_known_as_far_as_they_name_one_class_or_status():
    (table,) = listed("w40")
    rows = table["rows"]
    assert [row.get("class_no") for row in rows[:10]] == [6, None, "1,6", None, None, None, None, 2, 2, 1]
    assert [row.get("father_status") for row in rows[1:5]] == ["working_away", None, None, "deceased"]


def secrets():
    """Names, numbers and telephones of every case."""
    fields = ("child_name", "id_number", "guardian_name", "guardian_phone", "father_name", "mother_name", "helper_name")
    values = {
        str(row[name])
        for case in EXPECTED.values()
        for table in case["tables"]
        for row in table["rows"]
        for name in fields
        if row.get(name)
    }
    return {value for value in values if len(value) > 1}


PEOPLE = {"欧阳小春": "13900001111", "赫连青": "13900002222", "司马小冬": "13900003333"}  # invented


def write_book(path, sheets):
    """Write a workbook of rows by sheet name."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)


def visit_rows(child, day="2025-09-0{}"):
    """A village's list of the visits to one child."""
    heads = ["儿童姓名", "帮扶人", "走访时间", "走访方式", "监护人电话"]
    return [["石桥村走访记录"], heads, *([child, "公孙大牛", day.format(at), "入户", PEOPLE[child]] for at in (3, 5))]


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A folder of ledgers with a sheet for each child, and with children in the names of files: read, copied, in no known layout, broken."""
    folder = tmp_path_factory.mktemp("foreign") / "new"
    folder.mkdir()
    write_book(folder / "石桥村一人一表.xlsx", {child: visit_rows(child) for child in PEOPLE} | {"汇总": [["合计", 6]]})
    for child in ("欧阳小春", "赫连青"):
        write_book(folder / f"石桥村{child}走访记录2025-09.xlsx", {"Sheet1": visit_rows(child, "2025-08-0{}")})
    (folder.parent / "赫 连 青.xlsx").write_bytes((folder / "石桥村赫连青走访记录2025-09.xlsx").read_bytes())
    write_book(folder / "司马小冬情况.xlsx", {"司马小冬": [["问", "答"], ["叫什么", "司马小冬"], ["电话", "13900003333"]]})
    (folder / "司马小冬13900003333.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (folder / "司马 小冬.csv").write_text("x", "utf-8")
    return folder


@pytest.fixture(scope="module")
def loaded(foreign, tmp_path_factory):
    """A home with all cases and the foreign ledgers, staged by a job and published, and all that was printed on the way."""
    home = tmp_path_factory.mktemp("loaded") / "home"
    job = home / "loads" / "20250101T000000-00000000"
    job.mkdir(parents=True)
    paths = [REGISTER, *(CASES / case for case in EXPECTED), foreign]
    printed = run(home, "etl", "load", *paths, "--stage", "--job", job, "--report", home / "report.json")
    printed += run(home, "warehouse", "publish", json.loads((home / "report.json").read_text("utf-8"))["candidate"])
    printed += run(home, "etl", "load", foreign.parent / "赫 连 青.xlsx", "--report", home / "again.json")
    for form in ("table", "csv", "json"):
        printed += run(home, "checks", "findings", "--format", form)
        printed += "" if form == "csv" else run(home, "etl", "read", *paths, "--format", form)
    printed += run(home, "checks", "return", home / "town.zip")
    printed += " ".join(zipfile.ZipFile(home / "town.zip").namelist())
    return home, printed


def clear_text(home):
    """All that stands in the published build outside of sealed columns."""
    text = ""
    with duckdb.connect(str(build_files.file_of(home, build_files.published(home))), read_only=True) as connection:
        for (table,) in connection.execute("select distinct table_name from duckdb_columns() where not internal").fetchall():
            text += str(connection.execute(f"select columns(c -> not list_contains(['sealed'], c)) from \"{table}\"").fetchall())
    return text


def test_no_name_number_or_phone_of_a_case_stands_in_clear(loaded):
    home, printed = loaded
    values = secrets() | {*PEOPLE, *PEOPLE.values(), "公孙大牛", "赫 连 青", "司马 小冬"}
    assert len(values) > 60
    clear = clear_text(home)
    assert sorted(value for value in values if value in clear or value in printed) == []
    files = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name != "town.zip"}
    assert len(files) > 6 and {"report.json", "progress.json"} < set(files)
    assert sorted((name, value) for name, content in files.items() for value in values if value.encode() in content) == []


def test_sheets_and_files_that_children_are_named_in_are_told_apart(loaded):
    report = json.loads((loaded[0] / "report.json").read_text("utf-8"))
    by_file = {line["file"]: line for line in report["files"]}
    assert [sheet["sheet"] for sheet in by_file["石桥村一人一表.xlsx"]["sheets"]] == ["第1张表", "第2张表", "第3张表", "汇总"]
    hidden = [name for name in by_file if "＊＊" in name]
    assert sorted(re.sub(r"\(\w{6}\)", "", name) for name in hidden) == [
        "石桥村＊＊走访记录2025-09.xlsx",
        "石桥村＊＊走访记录2025-09.xlsx",
        "＊＊.csv",
        "＊＊情况.xlsx",
        "＊＊＊＊.xlsx",
    ]
    days = {line["reporting_day"] for name, line in by_file.items() if name.startswith("石桥村＊＊")}
    assert (len(set(hidden)), days) == (5, {"2025-09-30"})
    again = json.loads((loaded[0] / "again.json").read_text("utf-8"))
    assert re.fullmatch(r"＊＊\(\w{6}\).xlsx", again["already_loaded"][0])


def test_a_file_named_after_a_child_is_replaced_by_its_correction_and_by_a_returned_copy(foreign, tmp_path):
    home, report = tmp_path / "home", tmp_path / "report.json"
    first = foreign / "石桥村赫连青走访记录2025-09.xlsx"
    run(home, "etl", "load", REGISTER, first)
    assert "赫连青" not in clear_text(home)
    write_book(tmp_path / first.name, {"Sheet1": [*visit_rows("赫连青", "2025-08-0{}"), ["赫连青", "公孙大牛", "2025-08-20", "入户", ""]]})
    run(home, "etl", "load", tmp_path / first.name, "--report", report)
    (pair,) = json.loads(report.read_text("utf-8"))["replaced"]
    assert pair["file"] == pair["by"] != first.name
    write_book(tmp_path / pair["by"], {"Sheet1": visit_rows("赫连青", "2025-08-1{}")})
    run(home, "etl", "load", tmp_path / pair["by"], "--report", report)
    (last,) = json.loads(report.read_text("utf-8"))["replaced"]
    assert last == pair


def test_names_of_sheets_and_files_stand_in_the_list_of_what_would_be_read_only_where_they_are_wanted(foreign):
    tables = table_listing.tables([foreign / "石桥村一人一表.xlsx"], REGISTER)
    assert [table["sheet"] for table in tables] == ["第1张表", "第2张表", "第3张表", "汇总"]
    tables = table_listing.tables([foreign], REGISTER, show_names=True)
    assert {*PEOPLE} < {table["sheet"] for table in tables}
    assert "石桥村欧阳小春走访记录2025-09.xlsx" in {table["file"] for table in tables}


def test_a_later_ledger_without_the_column_of_listing_moves_no_figure(tmp_path):
    home, report = tmp_path / "home", tmp_path / "report.json"
    run(home, "etl", "load", REGISTER, *CASES.glob("青溪镇*.xlsx"))
    run(home, "etl", "load", CASES / "w44", "--report", report)
    changes = {row["figure"]: (row["before"], row["after"]) for row in json.loads(report.read_text("utf-8"))["changes"]}
    assert changes["on_pace"] == (12, 12)
    assert [name for name, (before, after) in changes.items() if before != after] == []


def test_what_is_read_is_masked_as_in_a_trail_unless_names_are_asked_for():
    paths = [path for path in (CASES / "w33").iterdir() if path.name != "case.json"]
    (table,) = table_listing.tables(paths, REGISTER)
    row = table["rows"][0]
    assert (row["child_name"], row["id_number"], row["guardian_phone"]) == ("赵*", "430***********1725", "130****2680")
    (whole,) = table_listing.tables([path for path in (CASES / "w01").iterdir() if path.suffix == ".xlsx"], REGISTER)
    assert "1组" not in str(whole["rows"])  # an address


@pytest.mark.parametrize("more", [["gone.xlsx"], [REGISTER, "--on", "no-home"], [REGISTER, "--register", "gone.xlsx"]])
def test_a_file_or_home_that_is_not_there_is_said_in_a_sentence(more, tmp_path):
    done = subprocess.run([sys.executable, "-m", "etl", "read", *map(str, more)], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr, bool(done.stderr.strip())) == (1, False, True)
