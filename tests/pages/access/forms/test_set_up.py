"""The first start: the first administrator's own account, made on this machine or with the one-time code, by one person alone."""

from typing import Any

import pytest

from pages.access.accounts import accounts, sessions
from pages.access.forms import set_up
from pages.access.forms.form_pages import FORM_COOKIE
from tests.pages.access.asgi_client import Answer, ask
from tests.pages.access.conftest import PASSWORD
from tests.pages.access.door.test_gate import HTML
from warehouse.audit import trail

OWN = "lan tian xia de mao"
HERE = {"host": "127.0.0.1:8501", "client": "127.0.0.1"}


@pytest.fixture
def code(own_home: Any, capsys: Any) -> str:
    """The one-time code, as the start of the server prints it."""
    set_up.begin()
    code = (own_home / "set-up-code.txt").read_text().strip()
    assert code in capsys.readouterr().out and (own_home / "set-up-code.txt").stat().st_mode & 0o077 == 0
    return code


def send(door: Any, code: str = "", new: str = OWN, again: str = OWN, name: str = "王管理", **headers: str) -> Answer:
    """Fetch the form and send it filled in."""
    cookies = ask(door, "/auth/set-up").cookies
    token = cookies[FORM_COOKIE].value if cookies else ""
    form = {"form_token": token, "name": name, "new": new, "again": again, "code": code}
    return ask(door, "/auth/set-up", "POST", form, cookie=f"{FORM_COOKIE}={token}", **headers)


def test_an_empty_home_leads_to_the_set_up_and_from_there_to_the_pages(door: Any, own_home: Any, code: str):
    page = ask(door, "/overview", accept=HTML, **HERE)
    assert ask(door, page.headers["location"], **HERE).headers["location"] == "/auth/set-up"
    form = ask(door, "/auth/set-up", **HERE)
    assert (form.status, "第一次使用" in form.text, "<div hidden>" in form.text) == (200, True, True)
    answer = send(door, **HERE)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    user = sessions.find(answer.cookies[sessions.COOKIE].value)
    assert (user.name, user.role, user.must_change, accounts.matches("王管理", OWN)) == ("王管理", "admin", False, True)
    assert [entry["act"] for entry in trail.entries(own_home)] == ["account_added", "sign_in"]
    assert not (own_home / "set-up-code.txt").exists()
    assert ask(door, "/auth/set-up", **HERE).headers["location"] == "/auth/login"


def test_from_elsewhere_the_code_is_asked_for_and_opens_once(door: Any, code: str):
    assert "<div hidden>" not in ask(door, "/auth/set-up", client="10.1.2.3").text
    assert send(door, "000000000000", client="10.1.2.3").status == 403
    assert send(door, client="10.1.2.3").status == 403
    assert accounts.every() == []
    assert send(door, code, client="10.1.2.3").status == 303
    assert send(door, code, name="李四", client="10.1.2.3").headers["location"] == "/auth/login"


@pytest.mark.parametrize(
    "headers",
    [
        HERE | {"x_forwarded_for": "10.1.2.3"},  # a proxy on this machine
        HERE | {"forwarded": "for=10.1.2.3"},
        HERE | {"host": "evil.example"},  # a name that somebody lets point to this machine
        {"host": "127.0.0.1:8501", "client": "10.1.2.3"},
        {"host": "127.0.0.1.evil.example", "client": "127.0.0.1"},
        {"host": "127.0.0.1:8501"},
    ],
)
def test_what_only_looks_like_this_machine_needs_the_code(door: Any, code: str, headers: dict[str, str]):
    assert send(door, **headers).status == 403
    assert accounts.every() == []


def test_without_a_code_in_the_home_nobody_from_elsewhere_gets_in(door: Any):
    assert send(door, client="10.1.2.3").status == 403


@pytest.mark.parametrize("content", ["", "\n", "1234"])
def test_a_code_that_the_program_has_not_made_opens_nothing(content: str, door: Any, own_home: Any):
    (own_home / "set-up-code.txt").write_text(content)
    assert send(door, content.strip(), client="10.1.2.3").status == 403


def test_the_code_cannot_be_guessed_on_and_on(door: Any, code: str):
    assert 429 in [send(door, f"{guess:012}", client="10.1.2.3").status for guess in range(30)]


def test_of_two_who_set_up_at_once_one_is_the_administrator(door: Any, monkeypatch: Any):
    accounts.add("先到", "admin", OWN, is_first=True, must_change=False)
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "every", list)  # as it was when the form was shown
        answer = send(door, **HERE)
    assert (answer.status, "已经有人设置好了" in answer.text) == (422, True)
    assert [account.name for account in accounts.every()] == ["先到"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"again": "something else entirely"}, "两次输入的新密码不同"),
        ({"new": "short", "again": "short"}, "15 至 256"),
        ({"name": "<b>"}, "账号名可用"),
    ],
)
def test_what_will_not_do_is_said_and_what_was_typed_stays(door: Any, form: dict[str, str], says: str):
    answer = send(door, **HERE | form)
    assert (answer.status, says in answer.text, accounts.every()) == (422, True, [])
    assert "<b>" not in answer.text and OWN not in answer.text


def test_a_home_with_an_account_has_no_code_even_when_it_is_closed(own_home: Any):
    accounts.add("旧人", "centre", PASSWORD)
    accounts.remove("旧人")
    set_up.begin()
    assert not (own_home / "set-up-code.txt").exists()
