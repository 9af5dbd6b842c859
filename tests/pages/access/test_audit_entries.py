"""What the door writes to the audit trail, and that nothing happens where it cannot be written."""

from pathlib import Path
from typing import Any

import pytest

from pages.access.__main__ import main
from pages.access.accounts import accounts, sessions
from pages.access.forms.sign_in import FORM_COOKIE
from tests.pages.access.asgi_client import ask
from tests.pages.access.conftest import PASSWORD
from tests.pages.access.forms.test_sign_in import send_form
from tests.pages.access.test_commands import run
from warehouse.audit import hash_chain, trail


def told(home: Path) -> list[tuple]:
    """The trail without numbers and times."""
    return [(entry["act"], entry["who"], entry["role"], entry["source"], entry["about"]) for entry in trail.entries(home)]


@pytest.fixture
def li(own_home: Path) -> Path:
    """A home with one account, whose entry is left out of what is compared."""
    accounts.add("li", "leader", PASSWORD)
    return own_home


@pytest.fixture
def unwritable(li: Path) -> Path:
    """The same home on a disk that is full for the trail alone."""
    (li / hash_chain.TRAIL).unlink()
    (li / hash_chain.TRAIL).symlink_to("/dev/full")
    return li


def test_a_sign_in_is_recorded_with_account_role_and_address_before_the_session_begins(door: Any, li: Path, monkeypatch):
    def at_start(name: str) -> str:
        assert told(li)[1:] == [("sign_in", "li", "leader", "10.1.2.3", {})]
        return "token"

    monkeypatch.setattr(sessions, "start", at_start)

    async def from_afar(scope: Any, receive: Any, send: Any) -> None:
        await door(scope | {"client": ("10.1.2.3", 5000)}, receive, send)

    assert send_form(from_afar, "LI", PASSWORD).status == 303


@pytest.mark.parametrize(
    ("name", "about"), [("LI", {"account": "li"}), ("nobody", {"name_known": "no"}), (PASSWORD, {"name_known": "no"})], ids=str
)
def test_a_refused_sign_in_names_the_account_and_nothing_else_that_was_typed(door: Any, li: Path, name: str, about: dict):
    assert send_form(door, name, "wrong password").status == 401
    assert told(li)[1:] == [("sign_in_refused", "—", "", "—", about)]
    text = "".join(line.decode() for line in list(hash_chain.lines(li))[1:])
    assert [typed for typed in (PASSWORD, "wrong password", "nobody") if typed in text] == []


def test_a_try_that_must_wait_is_not_looked_at_and_leaves_no_entry(door: Any, li: Path, monkeypatch):
    monkeypatch.setattr("pages.access.accounts.attempts.attempt_by_name", lambda _name, _moment: 5)
    assert [send_form(door, "li", PASSWORD).status for _ in range(3)] == [429] * 3
    assert told(li)[1:] == []


def test_signing_out_is_recorded_once(door: Any, own_home: Path, signed_in: str):
    for _ in range(2):
        ask(door, "/auth/logout", cookie=signed_in, sec_fetch_site="same-origin")
    assert told(own_home)[1:] == [("sign_out", "李书记", "leader", "—", {})]


@pytest.mark.parametrize("password", [PASSWORD, "wrong password"])
def test_nobody_signs_in_while_the_trail_cannot_be_written_and_a_guess_learns_nothing(door: Any, unwritable: Path, password: str):
    answer = send_form(door, "li", password)
    assert (answer.status, sessions.COOKIE in answer.cookies, FORM_COOKIE in answer.cookies) == (503, False, True)
    assert "现在不能登录：登录记录写不进去，请联系管理员。" in answer.text
    assert str(unwritable) not in answer.text


def test_signing_out_ends_the_session_even_when_it_cannot_be_recorded(door: Any, unwritable: Path):
    token = sessions.start("li")
    ask(door, "/auth/logout", cookie=f"{sessions.COOKIE}={token}", sec_fetch_site="same-origin")
    assert sessions.find(token) is None


def test_commands_on_accounts_are_recorded_with_the_systems_user_and_without_the_password(own_home: Path, monkeypatch, capsys):
    monkeypatch.setattr(trail, "system_user", lambda: "root")
    words = ("add", "柳树村", "--role", "village", "--scope", "340123102001", "--password-stdin")
    assert run(monkeypatch, *words, typed=PASSWORD + "\n") == 0
    assert run(monkeypatch, "password", "柳树村", "--password-stdin", typed="另一个够长的密码\n") == 0
    accounts.change_role("柳树村", "centre")
    assert run(monkeypatch, "remove", "柳树村") == 0
    who = ("root", "", "command")
    assert told(own_home) == [
        ("account_added", *who, {"account": "柳树村", "role": "village", "scope": "340123102001"}),
        ("password_changed", *who, {"account": "柳树村"}),
        ("account_changed", *who, {"account": "柳树村", "role": "centre", "scope": "all"}),
        ("account_removed", *who, {"account": "柳树村"}),
    ]


def test_what_is_refused_is_not_recorded_as_done(own_home: Path, monkeypatch):
    accounts.add("li", "leader", PASSWORD)
    for words in (("add", "li", "--role", "admin", "--password-stdin"), ("remove", "nobody"), ("password", "nobody", "--password-stdin")):
        assert run(monkeypatch, *words, typed=PASSWORD + "\n") == 1
    assert len(told(own_home)) == 1


def test_no_account_changes_while_the_trail_cannot_be_written(unwritable: Path, monkeypatch, capsys):
    kept = accounts.every()
    for words in (("add", "wang", "--role", "admin", "--password-stdin"), ("remove", "li"), ("password", "li", "--password-stdin")):
        assert run(monkeypatch, *words, typed="另一个够长的密码\n") == 1
    with pytest.raises(trail.NotRecorded):
        accounts.change_role("li", "admin")
    assert (accounts.every(), accounts.matches("li", PASSWORD)) == (kept, True)
    assert capsys.readouterr().err.count("什么也没有改动") == 3


def test_demo_accounts_are_recorded_as_added(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path / "demo"))
    for _ in range(2):
        assert main(["demo"]) == 0
    found = trail.entries(tmp_path / "demo")
    assert [(entry["act"], entry["about"]["account"]) for entry in found] == [
        ("account_added", role) for role in ("leader", "centre", "reviewer", "admin")
    ]
