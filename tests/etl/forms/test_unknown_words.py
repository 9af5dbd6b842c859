"""Words nobody knows: asked about once, never a person's name; an answer holds for every cell of all files from the next load."""

import json

import pytest

from etl.forms import forms, layouts, unknown_words
from etl.forms.layouts import Word
from etl.forms.unknown_words import may_be_shown
from tests.conftest import copied, run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.forms.test_layouts import loaded
from tests.etl.ledger_builder import REGISTER
from warehouse.builds import repository
from warehouse.storage import keys

HEAD = ["姓名", "身份证号", "儿童类别", "父亲情况", "母亲情况", "纳入时间"]
ROWS = [
    ["甲一", "659901201301017013", "6", "外出务工", "改嫁", "2024-01-05"],
    ["甲二", "", "6、监测户", "张三丰", "改嫁", "2024-01-05"],
    ["甲三", "", "低保", "外出务工", "改嫁", "2024-01-05"],
]


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home with one ledger whose words nobody knows."""

    def make(made):
        folder, home = made / "ledgers", made / "home"
        folder.mkdir(), home.mkdir()
        written(folder / "村居名册.csv", REGISTER)
        written(folder / "石桥村儿童台账_20251220.csv", [["石桥村儿童台账"], HEAD, *ROWS])
        run(home, "etl", "load", folder)

    copied(tmp_path_factory, "unknown_words", make, tmp_path)
    yield tmp_path / "home"
    layouts.use({})


def words(home):
    """The words that may be shown, with cells and the likely code, and how many are hidden."""
    visible, hidden = unknown_words.unknown_words(repository.open_build(home), lambda: keys.load_key(home))
    return {(word.vocabulary, word.word): (word.cells, word.likely) for word in visible}, hidden


def facts(home):
    """The mothers' statuses and the classes of the published build."""
    build = repository.open_build(home)
    mothers = build.rows("select mother_status as s, count(*) as n from child_facts group by 1 order by 1")
    classes = build.rows("select class_no as c, count(*) as n from memberships group by 1 order by 1")
    return {row["s"]: row["n"] for row in mothers}, {row["c"]: row["n"] for row in classes}


def deciding(home):
    """(column, cells) of the findings about words on which a figure hangs."""
    found = json.loads(run(home, "checks", "findings", "--format", "json"))
    return sorted((row["says"].split("“")[1].split("”")[0], row["severity"]) for row in found if row["code"] == "word_unknown_decides")


def test_words_are_listed_with_the_likely_code_and_a_name_is_not(home):
    asked, hidden = words(home)
    assert hidden == 1
    assert asked == {("parent_status", "改嫁"): (3, None), ("class_no", "监测户"): (1, None), ("class_no", "低保"): (1, "4")}
    assert deciding(home) == [("儿童类别", "critical"), ("母亲情况", "critical"), ("父亲情况", "critical")]


def test_an_answer_holds_for_all_cells_from_the_next_load_and_is_no_finding_any_more(home):
    assert facts(home) == ({None: 3}, {6: 2})
    layouts.keep(home, Word("parent_status", "改嫁", "lost_contact"), Word("class_no", "监测户", None), Word("class_no", "低保", "4"))
    report = loaded(home, "--answers")
    assert facts(home) == ({"lost_contact": 3}, {4: 1, 6: 2})
    assert (words(home), report["findings"].get("value_unknown"), deciding(home)) == (({}, 1), 1, [("父亲情况", "critical")])
    layouts.withdraw(home, "word:parent_status:改嫁")
    loaded(home, "--answers")
    assert facts(home)[0] == {None: 3}


def test_a_cell_that_holds_no_word_of_its_column_is_empty_and_a_required_one_is_missing(home):
    layouts.keep(home, Word("class_no", "低保", None))
    loaded(home, "--answers")
    build = repository.open_build(home)
    states = build.rows("select state from ledger_cells where field = 'class_no' and row_no = 5")
    assert [row["state"] for row in states] == ["missing_required"]
    assert json.loads(build.facts["answers_used"]) == {"word:class_no:低保": 1}


def test_a_word_of_a_cell_does_not_make_a_class_of_a_title():
    layouts.use({"w": Word("class_no", "困境", "5")})
    assert ("困境" in forms.cell_words("class_no"), "困境" in forms.vocabulary("class_no")) == (True, False)
    layouts.use({})


@pytest.mark.parametrize(
    ("word", "cells", "villages", "names", "is_shown"),
    [
        ("改嫁", 1, 1, set(), True),  # a word the program knows as one
        ("外出务工人员", 1, 1, set(), True),  # made of such words
        ("电话、微信", 1, 1, set(), True),
        ("王微信", 9, 3, set(), False),  # begins with a family name
        ("欧阳雪", 9, 3, set(), False),
        ("李小红", 1, 1, set(), False),
        ("李小红", 30, 5, set(), False),
        ("阿依古丽", 9, 1, set(), False),  # of one village and like no word: a name without a family name
        ("阿依古丽", 9, 4, {"阿依古丽"}, False),
        ("甲一的微信", 9, 4, {"甲一"}, False),
        ("特困供养", 1, 1, set(), True),
        ("安全问题", 1, 1, set(), False),  # could be a name
        ("特困补助", 1, 1, set(), False),
        ("特困补助", 3, 1, set(), True),
        ("易地搬迁户", 3, 2, set(), True),
        ("13800000000", 9, 9, set(), False),
        ("微信13800000000", 9, 9, set(), False),
        ("因为家里的事情很复杂所以写不清楚", 9, 9, set(), False),
    ],
)
def test_a_word_is_shown_only_where_it_cannot_be_a_person(word, cells, villages, names, is_shown):
    assert may_be_shown(word, cells, villages, names) == is_shown


@pytest.mark.parametrize(
    ("word", "vocabulary", "code"),
    [
        ("外出务工人员", "parent_status", "working_away"),
        ("非低保", "class_no", None),
        ("困境", "class_no", "5"),
        ("改嫁", "parent_status", None),
        ("微信视频聊天", "visit_mode", "video"),
    ],
)
def test_the_likely_code_is_that_of_the_nearest_word(word, vocabulary, code):
    assert unknown_words.likely(word, vocabulary) == code
