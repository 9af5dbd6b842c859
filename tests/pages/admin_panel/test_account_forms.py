"""The admin page: accounts are added, changed, signed out and closed from it, each recorded first; never one's own."""

import shutil
import time

import pytest

from pages.access.accounts import accounts, attempts, sessions
from tests.pages.components.test_drilldown_links import rows_of
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.audit import trail
from warehouse.settings import local_time

PASSWORD = "春风化雨润物无声细水长流不舍昼夜"


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """The demo town in a home of its own with two administrators."""
    shutil.copytree(demo_home / "builds", tmp_path / "builds")
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    for name in ("tester", "wang"):
        accounts.add(name, "admin", PASSWORD, must_change=False)
    return tmp_path


@pytest.fixture
def page(opened, home, monkeypatch):
    """The page as one of the two."""
    app = opened("admin", role="admin")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    return app.run()


def acts(home, act):
    """(who, account) of an act in the trail."""
    return [(entry["who"], entry["about"].get("account")) for entry in trail.entries(home, act=act)]


def button(app, label):
    """A button by its label."""
    return next(one for one in app.button if one.label == label)


def test_an_account_is_added_with_a_password_shown_once_and_to_be_changed(page, home):
    village = page.multiselect(key="new_scope_0").options[0]
    page.text_input[0].set_value("李主任")
    page.selectbox(key="new_role_0").set_value("village")
    page.multiselect(key="new_scope_0").select(village)
    button(page, "新增").click().run()
    assert [part.value for part in (*page.exception, *page.error)] == []
    password = page.code[0].value
    found = accounts.find("李主任")
    assert (found.role, len(found.scope), found.must_change, accounts.matches("李主任", password)) == ("village", 1, True, True)
    assert ("tester", "李主任") in acts(home, "account_added")
    assert (page.text_input[0].value, page.selectbox(key="new_role_1").value) == ("", "leader")  # the next one begins empty
    page.run()
    assert (len(page.code), password in spoken(page)) == (0, False)


def test_a_village_account_without_a_village_is_refused_in_words_and_what_was_typed_stays(page):
    page.text_input[0].set_value("cun")
    page.selectbox(key="new_role_0").set_value("village")
    button(page, "新增").click().run()
    assert ("村级账号须用" in page.error[0].value, accounts.find("cun")) == (True, None)
    assert (page.text_input[0].value, page.selectbox(key="new_role_0").value) == ("cun", "village")


def test_a_closed_name_that_is_added_again_is_said_to_be_opened_again(page, home):
    accounts.remove("wang")
    page.text_input[0].set_value("wang")
    button(page, "新增").click().run()
    assert "以前停用过，现在重新启用" in spoken(page)
    assert (acts(home, "account_reopened"), accounts.find("wang").is_disabled) == ([("tester", "wang")], False)


def test_an_account_of_the_provider_has_no_password_or_role_to_give_and_is_opened_again_here(page, home):
    accounts.add("zhao", "admin", PASSWORD)  # so that wang may go
    accounts.remove("wang")
    accounts.admit("李书记", "https://id.example 0007", "leader", [], "here")
    page.run()
    page.selectbox(key="account").set_value("李书记").run()
    assert [part.label for part in page.button if part.key and part.key.startswith("way_")] == ["退出它的所有登录", "停用"]
    assert ("由统一登录管理" in spoken(page), "保存角色和范围" in [part.label for part in page.button]) == (True, False)
    page.checkbox(key="sure_李书记").check().run()
    button(page, "停用").click().run()
    page.selectbox(key="account").set_value("李书记").run()
    button(page, "重新启用").click().run()
    assert (acts(home, "account_reopened"), accounts.find("李书记").is_disabled) == ([("tester", "李书记")], False)
    rows = {cells[0]: cells[3] for cells in rows_of(page) if len(cells) == 6}
    assert rows["李书记"] == "● 在用、统一登录"


def test_an_account_that_must_wait_for_wrong_passwords_is_marked(page):
    for _try in range(8):
        attempts.attempt_by_name("WANG", time.time() - 20)
    for at in range(5):
        attempts.attempt_by_name("wang", time.time() - 10 + 5 * at)
    page.run()
    rows = {cells[0]: cells[3] for cells in rows_of(page) if len(cells) == 6}
    assert ("密码连错，1 分钟内不能再试" in rows["wang"], rows["tester"]) == (True, "● 在用")


def test_ones_own_account_is_not_offered_for_a_change(page):
    assert page.selectbox(key="account").options == ["wang · 管理员"]


def test_role_password_sessions_and_closing_ask_first_and_are_recorded(page, home):
    token = sessions.start("wang")
    assert button(page, "停用").disabled
    page.checkbox(key="sure_wang").check().run()
    button(page, "退出它的所有登录").click().run()
    assert (sessions.find(token), acts(home, "sign_out")) == (None, [("tester", "wang")])
    page.checkbox(key="sure_wang").check().run()
    button(page, "给新的初始密码").click().run()
    assert (accounts.matches("wang", page.code[0].value), accounts.find("wang").must_change) == (True, True)
    next(one for one in page.selectbox if one.label == "角色" and one.key != "new_role_0").set_value("leader")
    button(page, "保存角色和范围").click().run()
    assert (accounts.find("wang").role, accounts.find("wang").scope) == ("leader", row_access.WHOLE)
    page.checkbox(key="sure_wang").check().run()
    button(page, "停用").click().run()
    assert (accounts.find("wang").is_disabled, acts(home, "account_removed")) == (True, [("tester", "wang")])
    assert "还没有别的账号" in page.info[0].value


def test_two_administrators_who_close_each_other_leave_one(page):
    page.checkbox(key="sure_wang").check().run()
    accounts.remove("tester")  # by the other one, since the page was drawn
    button(page, "停用").click().run()
    assert ("先新增另一个管理员" in page.error[0].value, accounts.find("wang").is_disabled) == (True, False)


def test_nothing_changes_while_the_trail_cannot_be_written(page, home):
    (home / "keys" / "audit.key").unlink()
    page.text_input[0].set_value("li")
    button(page, "新增").click().run()
    assert ("审计记录" in page.error[0].value, accounts.find("li")) == (True, None)


def test_the_last_sign_in_is_told_and_an_account_that_nobody_uses_is_marked(opened, home, monkeypatch):
    accounts.add("久不来", "leader", PASSWORD, now=time.time() - 200 * 86400)
    accounts.add("新来的", "leader", PASSWORD)
    trail.record(home, "sign_in", "wang", "admin", "here")
    app = opened("admin", role="admin")
    monkeypatch.setenv("TONGXING_HOME", str(home))
    rows = {cells[0]: cells[-1] for cells in rows_of(app.run()) if len(cells) == 6}
    today = str(local_time.today(home))
    assert (rows["wang"], rows["新来的"], rows["久不来"]) == (today, "从未", "从未 ● 超过 90 天")
