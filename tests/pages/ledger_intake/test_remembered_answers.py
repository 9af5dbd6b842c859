"""The page of layouts and words: what is remembered, by whom, used where; changed and withdrawn by the centre; empty it says what it is for."""

import json

import pytest

from etl.forms import layouts
from etl.forms.layouts import Heading, Word
from pages.jobs import loads
from tests.conftest import run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.forms.test_layouts import FIELDS, home_without_questions, layout
from tests.etl.forms.test_unknown_words import HEAD as WORD_HEAD
from tests.etl.forms.test_unknown_words import ROWS, facts
from tests.etl.ledger_builder import LIU
from tests.pages.ledger_intake.test_staged_changes import ended
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.builds import repository


@pytest.fixture
def home(tmp_path_factory, tmp_path):
    """A home with one village's ledger that needed no answer."""
    yield home_without_questions(tmp_path_factory, tmp_path)
    layouts.use({})


def acts(home, act):
    """What the trail says of acts of a kind."""
    return [entry["about"] for entry in trail.entries(home, act)]


def errors(app):
    """What went wrong on a page."""
    return [part.value for part in (*app.exception, *app.error)]


def test_an_empty_page_says_what_it_is_for(page, home):
    app = page(name="layouts")
    assert (errors(app), "程序拿不准一列是什么" in spoken(app), "撤回" in [button.label for button in app.button]) == ([], True, False)


def test_unknown_words_are_answered_on_the_page_and_all_ledgers_calculated_again(page, home, tmp_path):
    written(tmp_path / "石桥村儿童台账_20251221.csv", [["石桥村儿童台账"], WORD_HEAD, *ROWS])
    run(home, "etl", "load", tmp_path / "石桥村儿童台账_20251221.csv")
    for name in ("ledgers", "layouts"):
        app = page(name=name)
        text = spoken(app)
        assert ("请回答：4 种写法不认识" in text, "改嫁" in text, "张三丰" in text, "另有 1 种写法可能是姓名" in text) == (
            True,
            True,
            False,
            True,
        )
    assert app.selectbox(key="word-class_no-低保").value == "4"
    app.selectbox(key="word-parent_status-改嫁").set_value("lost_contact")
    app.selectbox(key="word-class_no-监测户").set_value("empty")
    app.button(key="answer_words").click().run()
    assert errors(app) == []
    ended(home)
    page().button(key="publish").click().run()
    assert facts(home) == ({None: 1, "lost_contact": 3}, {1: 1, 4: 1, 6: 2})
    assert {about["word"] for about in acts(home, "word_kept")} == {"改嫁", "监测户", "低保"}
    text = spoken(page(name="layouts"))
    assert ("记住的词语：3 个" in text, "失联" in text, "tester" in text, "种写法不认识" in text) == (True, True, True, True)
    assert json.loads(repository.open_build(home).facts["answers_used"])["word:parent_status:改嫁"] == 1


def test_only_the_centre_sees_the_words_and_changes_what_is_remembered(page, home, tmp_path):
    written(tmp_path / "石桥村儿童台账_20251221.csv", [["石桥村儿童台账"], WORD_HEAD, *ROWS])
    run(home, "etl", "load", tmp_path / "石桥村儿童台账_20251221.csv")
    layouts.keep(home, layout(FIELDS, by="李主任"))
    for role, scope in (("reviewer", ("all",)), ("admin", ("all",)), ("village", (LIU,)), ("centre", (LIU,))):
        app = page(role, name="layouts", scope=scope)
        text = spoken(app)
        assert (errors(app), "改嫁" in text, "记住的表样：1 种" in text, "李主任" in text) == ([], False, True, True)
        app.selectbox(key="layout_chosen").select_index(0).run()
        assert ("监护人电话" in spoken(app), [b.key for b in app.button if b.key and "withdraw" in b.key]) == (True, [])


def test_a_layout_is_looked_at_changed_and_withdrawn(page, home):
    layouts.keep(home, layout(FIELDS, by="李主任"))
    app = page(name="layouts")
    app.selectbox(key="layout_chosen").select_index(0).run()
    (answer,) = layouts.read(home).values()
    app.toggle(key=f"change-{answer.key}").set_value(True).run()
    app.selectbox(key=f"{answer.key}-children-2").set_value("child_name").run()
    app.button(key=f"answer-{answer.key}").click().run()
    assert ("有两列都选了“姓名”" in app.error[0].value, layouts.read(home)[answer.key].fields) == (True, FIELDS)
    app.selectbox(key=f"{answer.key}-children-2").set_value("school").run()
    app.button(key=f"answer-{answer.key}").click().run()
    assert (errors(app), layouts.read(home)[answer.key].fields[2], layouts.read(home)[answer.key].by) == ([], "school", "tester")
    assert "回答有改动，还没有用到数据里" in spoken(app)
    app.button(key="withdraw_layout").click().run()
    assert (layouts.read(home), len(acts(home, "layout_kept")), len(acts(home, "layout_withdrawn"))) == ({}, 1, 1)


def test_a_word_is_changed_and_withdrawn_and_a_heading_is_withdrawn(page, home):
    layouts.keep(home, Word("parent_status", "改嫁", None, "李主任"), Heading("children", "guardian_phone", "监护人手机", "aliases.toml"))
    app = page(name="layouts")
    assert ("不是这一项的词" in spoken(app), "儿童台账的表头" in spoken(app)) == (True, True)
    app.selectbox(key="word_chosen").set_value(next(e for e in layouts.entries(home).values() if isinstance(e, Word))).run()
    app.selectbox(key="meaning-word:parent_status:改嫁").set_value("lost_contact").run()
    app.button(key="change_word").click().run()
    assert layouts.entries(home)["word:parent_status:改嫁"].code == "lost_contact"
    app = page(name="layouts")
    app.selectbox(key="word_chosen").set_value(next(e for e in layouts.entries(home).values() if isinstance(e, Heading))).run()
    app.button(key="withdraw_word").click().run()
    assert [*layouts.entries(home)] == ["word:parent_status:改嫁"]
    assert (len(acts(home, "word_kept")), acts(home, "word_withdrawn")) == (1, [{"word": "监护人手机"}])


def test_what_was_changed_is_calculated_again_at_once_or_with_the_next_load(page, home):
    layouts.keep(home, Word("parent_status", "改嫁", None))
    app = page(name="layouts")
    app.button(key="read_again").click().run()
    assert (errors(app), loads.current(home) is not None) == ([], True)
    ended(home)
    page().button(key="publish").click().run()
    assert "read_again" not in [button.key for button in page(name="layouts").button]


def test_a_heading_nobody_knows_is_answered_on_the_page_and_its_files_are_read_again(page, home, tmp_path):
    head = ["姓名", "身份证号", "村(社区)", "儿童类别", "监护人电讯号"]
    written(
        tmp_path / "石桥村儿童台账_20251221.csv", [["石桥村儿童台账"], head, ["乙一", "659901201301017013", "石桥村", "6", "13800000000"]]
    )
    run(home, "etl", "load", tmp_path / "石桥村儿童台账_20251221.csv")
    app = page(name="layouts")
    assert (errors(app), [part.label for part in app.expander]) == ([], ["没有认出的表头：1 个"])
    app.button(key="answer_headings").click().run()
    assert [part.value for part in app.error] == ["还没有选任何一个表头是哪一项"]
    choice = app.selectbox(key="heading-children-监护人电讯号")
    assert choice.options[0] == "监护人电话"  # the nearest first
    choice.set_value("guardian_phone")
    app.button(key="answer_headings").click().run()
    assert errors(app) == []
    job = ended(home)
    assert (job.state, acts(home, "word_kept")) == ("ready", [{"word": "监护人电讯号", "meaning": "监护人电话"}])
    loads.publish(home, job)
    assert repository.open_build(home).rows("select heading from ledger_headings") == []
    assert [part.label for part in page(name="layouts").expander] == []
