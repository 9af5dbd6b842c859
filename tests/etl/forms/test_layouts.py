"""A layout that a person has explained once is read from then on, the table that asked as well as every later file."""

import json

import pytest

from etl.forms import forms, layouts
from etl.forms.layouts import Layout, WrongLayout
from etl.sheets import parse_sheet
from tests.conftest import copied, run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import REGISTER
from warehouse.builds import repository

HEAD = ["姓名", "身份证号", "家庭住址", "联系电话", "儿童类别"]
FIELDS = ["child_name", "id_number", "address", "guardian_phone", "class_no"]
ROW = ["甲一", "659901201301017013", "柳溪村一组", "13800000000", "6"]


def layout(fields, ledger="children", head=HEAD, **more):
    """The layout of a table with these headings."""
    return Layout(layouts.fingerprint([(word,) for word in head]), head, ledger, fields, **more)


def loaded(home, *command):
    """The load report of a command."""
    run(home, "etl", "load", *command, "--report", home / "report.json")
    return json.loads((home / "report.json").read_text("utf-8"))


def home_without_questions(factory, folder):
    """A home with one village's ledger that needed no answer, copied into the folder; the ledgers stand beside it."""

    def make(made):
        ledgers, home = made / "ledgers", made / "home"
        ledgers.mkdir(), home.mkdir()
        written(ledgers / "村居名册.csv", REGISTER)
        written(ledgers / "石桥村儿童台账_20251220.csv", [["石桥村儿童台账"], ["姓名", "身份证号", "儿童类别"], ["乙一", "", "1"]])
        run(home, "etl", "load", ledgers)

    copied(factory, "without_questions", make, folder)
    return folder / "home"


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home where a ledger waits for an answer, its file in `ledgers`."""

    def make(made):
        home = home_without_questions(tmp_path_factory, made)
        written(made / "ledgers" / "柳溪村儿童台账_20251220.csv", [["柳溪村儿童台账"], HEAD, ROW])
        report = loaded(home, made / "ledgers")
        (aside,) = report["set_aside"]
        assert (aside["reason"], aside["rows"], report["findings"]["table_asked"]) == ("asked", 1, 1)

    copied(tmp_path_factory, "waiting_table", make, tmp_path)
    return tmp_path / "home"


def phones(home):
    """How many children of the published build have a guardian's telephone, of how many."""
    return repository.open_build(home).rows(
        "select count(*) filter (where has_guardian_phone) as phones, count(*) as children from child_facts"
    )[0]


def test_an_answer_is_used_for_the_table_that_asked_without_its_file(home):
    assert phones(home)["children"] == 1
    layouts.keep(home, layout(FIELDS, by="李主任"))
    report = loaded(home, "--answers")
    assert "table_asked" not in report["findings"]
    assert phones(home) == {"phones": 1, "children": 2}


def test_an_answer_is_used_for_every_later_file_with_these_headings_whose_cells_do_not_contradict_it(home, tmp_path):
    layouts.keep(home, layout(FIELDS))
    later = tmp_path / "later"
    later.mkdir()
    rows = {
        "东街社区儿童台账_20251221.csv": ["丙一", "", "一组", "13900000000", "6"],
        "石桥村儿童台账_20251221.csv": ["丁一", "", "一组", "李四", "6"],  # words under a telephone
        "柳溪村儿童台账_20251222.csv": ["戊一", "", "一组", "659901201301017013", "6"],  # an ID number there
    }
    for file, row in rows.items():
        written(later / file, [[file[:-17] + "儿童台账"], HEAD, row])
    report = loaded(home, later)
    assert {entry["file"]: entry["reason"] for entry in report["set_aside"]} == dict.fromkeys(list(rows)[1:], "asked")
    assert [file["sheets"][0]["rows_loaded"] for file in report["files"] if file["file"] == "东街社区儿童台账_20251221.csv"] == [1]


def test_a_withdrawn_answer_is_asked_for_again(home, tmp_path):
    answer = layout(FIELDS)
    layouts.keep(home, answer)
    layouts.withdraw(home, answer.fingerprint)
    assert layouts.read(home) == {}
    later = tmp_path / "later"
    later.mkdir()
    written(later / "东街社区儿童台账_20251221.csv", [["东街社区儿童台账"], HEAD, ["丙一", "", "一组", "13900000000", "6"]])
    assert [entry["reason"] for entry in loaded(home, later)["set_aside"]] == ["asked"]


@pytest.mark.parametrize(
    ("field", "cells", "is_plausible"),
    [
        ("guardian_phone", ["李四", "王五"], False),
        ("guardian_phone", ["659901201301017013"], False),
        ("guardian_phone", ["0731-85123456", "139 0000 0000"], True),
        ("id_number", ["13900000000"], False),
        ("id_number", ["659901 20130101 7013", "6.599E+17"], True),
        ("listed_on", ["李四", "王十二"], False),
        ("listed_on", ["13900000000"], False),
        ("listed_on", ["659901201301017013"], False),
        ("listed_on", ["2024.3.5", "20240305", "二〇二四年三月", "长期", "45356"], True),
        ("child_name", ["659901201301017013"], False),
        ("child_name", [], True),
    ],
)
def test_cells_contradict_an_answer_where_most_cannot_be_of_its_kind(field, cells, is_plausible):
    assert parse_sheet._is_plausible(forms.forms()["children"], field, cells) == is_plausible


@pytest.mark.parametrize(
    ("fields", "ledger", "says"),
    [
        (["child_name", "id_number", None, "id_number", None], "children", "有两列都选了“身份证号”"),
        ([None, "id_number", None, "guardian_phone", "class_no"], "children", "没有一列选作“姓名”"),
        (["child_name", None, None, "guardian_phone", None], "children", "至少要有一列是"),
        (["helper_name", None, None, None, None], "trainings", "没有日期：请选出日期那一列"),
        (["child_name", None, None, None, None], "", "请选择这是哪一种台账"),
    ],
)
def test_an_answer_that_no_table_can_be_read_by_is_refused_in_words(fields, ledger, says, tmp_path):
    with pytest.raises(WrongLayout, match=says):
        layouts.keep(tmp_path, layout(fields, ledger))
    assert layouts.read(tmp_path) == {}


def test_a_day_or_class_given_with_the_answer_stands_for_a_column(tmp_path):
    layouts.keep(tmp_path, layout(["helper_name", None, None, None, None], "trainings", days={"0" * 16: "2025-03-20"}))
    layouts.keep(tmp_path, layout(["child_name", None, None, None, None], "children", head=[*HEAD[:4], "等次"], classes={"0" * 16: 6}))
    assert len(layouts.read(tmp_path)) == 2


def test_blanks_and_brackets_of_headings_do_not_make_another_layout():
    assert layouts.fingerprint([("姓 名(必填)",), ("监护人情况", "电话")]) == layouts.fingerprint([("姓名",), ("监护人情况", "电 话")])


def test_a_day_told_of_one_file_is_asked_for_again_of_the_next(home, tmp_path):
    head = ["姓名", "身份证号", "物资类别"]
    gifts = [["柳溪村重阳节慰问留守儿童发放表"], head, ["甲一", "659901201301017013", "书包"]]
    folder = tmp_path / "gifts"
    folder.mkdir()
    written(folder / "柳溪村慰问10月.csv", gifts)
    (line,) = loaded(home, folder)["files"]
    assert line["sheets"][0]["state"] == "asked"
    layouts.keep(home, layout(["child_name", "id_number", None], "care_events", head, days={line["sha256"][:16]: "2025-10-10"}))
    loaded(home, "--answers")
    held = repository.open_build(home).rows("select held_on from care_events")
    written(folder / "柳溪村慰问11月.csv", [*gifts, ["乙一", "", "书包"]])
    assert [entry["reason"] for entry in loaded(home, folder)["set_aside"] if "慰问" in entry["file"]] == ["asked"]
    assert [str(row["held_on"]) for row in held] == ["2025-10-10"]
