"""A clerk answers what a table's columns are: asked on the page, read again, published, and never asked about those headings again."""

import shutil

import pytest

from etl import load_report
from etl.forms import layouts, table_questions
from pages.jobs import loads
from pages.ledger_intake import layout_questions, staged_changes
from tests.conftest import once, run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.forms.test_layouts import FIELDS, HEAD, ROW, home_without_questions
from tests.pages.ledger_intake.test_staged_changes import ended
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.builds import repository

FILE = "柳溪村儿童台账_20251220.csv"


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home with one village's ledger that needed no answer."""
    return home_without_questions(tmp_path_factory, tmp_path)


def upload(home, tmp_path, name, *rows):
    """A staged load of one ledger with these headings, once it has ended."""
    written(tmp_path / name, [[name[:3] + "儿童台账"], HEAD, *rows])
    loads.start(home, [(name, (tmp_path / name).read_bytes())], "李主任", "zh_CN")
    return ended(home)


def children(home):
    """The children of the published build."""
    return repository.open_build(home).rows("select count(*) as n from child_facts")[0]["n"]


def test_an_answer_on_the_page_is_read_published_and_serves_the_next_file(page, home, tmp_path):
    upload(home, tmp_path, FILE, ROW)
    app = page()
    (question,) = layout_questions.questions(home, loads.current(home).report["candidate"])
    told = spoken(app)
    assert ("有一列说不准是谁的（1 行）" in told, "138****0000" in told, "13800000000" in told, "甲一" in told) == (
        True,
        True,
        False,
        False,
    )
    app.button(key=f"answer-{question.fingerprint}").click().run()
    assert [part.value for part in (*app.exception, *app.error)] == []
    ended(home)
    job = loads.current(home)
    assert (layout_questions.questions(home, job.report["candidate"]), [file["file"] for file in job.report["files"]]) == ([], [FILE])
    app = page()
    app.button(key="publish").click().run()
    assert (children(home), layouts.read(home)[question.fingerprint].fields) == (2, FIELDS)
    assert [entry["about"] for entry in trail.entries(home, "layout_kept")] == [{"layout": question.fingerprint, "form": "children"}]
    assert ("记住的表样：1 种" in spoken(page(name="layouts")), f"载入 1 个：{FILE}" in spoken(page())) == (True, True)
    assert {
        row["file"] for row in repository.open_build(home).rows("select f.file from raw_files join ledger_files as f using (file_id)")
    } >= {FILE}
    job = upload(home, tmp_path, "东街社区儿童台账_20251221.csv", ["丙一", "", "一组", "13900000000", "6"])
    assert (job.report["set_aside"], layout_questions.questions(home, job.report["candidate"])) == ([], [])


@pytest.fixture
def published_open(tmp_path_factory, home):
    """That home once the table that asks is published with its question open."""

    def make(folder):
        shutil.copytree(home, folder / "home")
        written(folder / FILE, [["柳溪村儿童台账"], HEAD, ROW])
        run(folder / "home", "etl", "load", folder / FILE)

    shutil.copytree(once(tmp_path_factory, "question_published_open", make) / "home", home, dirs_exist_ok=True)


@pytest.mark.usefixtures("published_open")
def test_a_question_that_was_published_open_is_answered_from_there_by_who_loads(page, home):
    assert children(home) == 1
    assert "请回答" not in spoken(page("admin"))
    app = page()
    assert "请回答" in spoken(app)
    (question,) = layout_questions.questions(home)
    app.button(key=f"answer-{question.fingerprint}").click().run()
    ended(home)
    page().button(key="publish").click().run()
    assert children(home) == 2


@pytest.mark.usefixtures("published_open")
def test_a_bad_answer_is_refused_in_words_and_nothing_is_kept(page, home):
    app = page()
    (question,) = layout_questions.questions(home)
    app.selectbox(key=f"{question.fingerprint}-children-2").set_value("id_number").run()
    app.button(key=f"answer-{question.fingerprint}").click().run()
    assert ("有两列都选了“身份证号”" in app.error[0].value, layouts.read(home)) == (True, {})
    app.selectbox(key=f"{question.fingerprint}-children-2").set_value("address")
    app.selectbox(key=f"{question.fingerprint}-children-0").set_value("household_head").run()
    app.button(key=f"answer-{question.fingerprint}").click().run()
    assert ("没有一列选作“姓名”" in app.error[0].value, layouts.read(home)) == (True, {})


def test_a_name_among_the_headings_is_neither_shown_nor_kept(page, home, tmp_path):
    written(tmp_path / FILE, [["柳溪村儿童台账"], [*HEAD, "张小宝"], [*ROW, "x"]])
    run(home, "etl", "load", tmp_path / FILE)
    app = page()
    (question,) = layout_questions.questions(home)
    assert ("张小宝" in spoken(app), question.headings) == (False, [*HEAD, "第6列"])
    app.button(key=f"answer-{question.fingerprint}").click().run()
    ended(home)
    assert "张小宝" not in (home / layouts.FILE).read_text("utf-8")


def taken_up(page, home):
    """The page with the one table chosen that nobody is asked about, and its fingerprint."""
    app = page()
    (choice,) = app.selectbox(key="other_table").options
    app.selectbox(key="other_table").select(choice).run()
    assert [part.value for part in app.exception] == []
    (key,) = {box.key for box in app.selectbox if (box.key or "").startswith("kind-")}
    return app, choice, key.removeprefix("kind-")


def test_a_table_that_was_taken_for_no_ledger_can_be_taken_up(page, home, tmp_path):
    written(tmp_path / FILE, [["柳溪村关爱名单"], ["宝贝", "出生年月", "家里大人"], ["甲二", "2015-03-04", "甲大"]])
    run(home, "etl", "load", tmp_path / FILE)
    app, choice, key = taken_up(page, home)
    app.selectbox(key=f"kind-{key}").set_value("children").run()
    assert ("没有认作台账" in choice, "甲二" in spoken(app), "2015-03-04" in spoken(app)) == (True, False, True)
    assert app.selectbox(key=f"{key}-children-1").value == "born_on"  # by its heading
    app.selectbox(key=f"{key}-children-0").set_value("child_name")
    app.selectbox(key=f"{key}-children-2").set_value("guardian_name").run()
    app.button(key=f"answer-{key}").click().run()
    ended(home)
    page().button(key="publish").click().run()
    assert (children(home), "没有认作台账" in spoken(page())) == (2, False)


def test_a_column_whose_heading_is_hidden_is_answered_by_its_place(page, home, tmp_path):
    head = ["姓名", "出生年月", "监护人", "监护人电话", "张小宝"]
    written(tmp_path / FILE, [["柳溪村孤儿台账"], head, ["甲二", "2015-03-04", "甲大", "13800000000", "柳溪村二组"]])
    run(home, "etl", "load", tmp_path / FILE)
    app, choice, key = taken_up(page, home)
    assert ("看不出" in choice, app.selectbox(key=f"{key}-children-0").value, "张小宝" in spoken(app)) == (True, "child_name", False)
    app.selectbox(key=f"{key}-children-4").set_value("address").run()
    app.button(key=f"answer-{key}").click().run()
    ended(home)
    page().button(key="publish").click().run()
    sql = "select count(*) as n from ledger_cells where field = 'address' and sheet_id like $file || '%'"
    (file,) = repository.open_build(home).rows("select file_id from ledger_files where file = $file", {"file": FILE})
    assert (children(home), repository.open_build(home).rows(sql, {"file": file["file_id"]})[0]["n"]) == (2, 0)
    assert "张小宝" not in (home / layouts.FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800000000", "138****0000"),
        ("陈雨桐", "陈**"),
        ("2025-03-12", "2025-03-12"),
        ("男", "男"),
        ("11岁", "11岁"),
        ("430999201405061127", "430***********1127"),
    ],
)
def test_a_sample_says_what_kind_of_cell_it_is_and_no_more(text, shown):
    assert table_questions.masked_sample(text) == shown


def test_every_reason_of_the_load_report_has_a_sentence_and_a_remedy_on_the_page():
    told = {reason: staged_changes._why_set_aside({"reason": reason, "rows": 3, "headings": []}) for reason in load_report.REASONS}
    assert [reason for reason, (why, remedy) in told.items() if not why or not remedy] == []
