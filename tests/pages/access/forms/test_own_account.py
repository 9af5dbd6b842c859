"""The first sign-in and one's own account: nothing is shown until a given password is replaced; signing out everywhere."""

import re
import time
from typing import Any

import pytest

from pages.access.accounts import accounts, attempts, sessions
from pages.access.forms import sign_in_limits
from pages.access.forms.form_pages import FORM_COOKIE
from tests.pages.access.asgi_client import Answer, ask, connect
from tests.pages.access.conftest import PASSWORD
from tests.pages.access.door.test_gate import HTML

OWN = "lan tian xia de mao"


@pytest.fixture
def newcomer() -> str:
    """The cookie header of somebody whose password was given by another."""
    accounts.add("li", "centre", PASSWORD)
    return f"{sessions.COOKIE}={sessions.start('li')}"


def change(door: Any, cookie: str, old: str = PASSWORD, new: str = OWN, again: str | None = None, **other: str) -> Answer:
    """Fetch the form and send it filled in."""
    token = ask(door, "/auth/password", cookie=cookie).cookies[FORM_COOKIE].value
    form = {"form_token": token, "old": old, "new": new, "again": new if again is None else again} | other
    return ask(door, "/auth/password?next=/coverage", "POST", form, cookie=f"{cookie}; {FORM_COOKIE}={token}")


def test_a_given_password_opens_no_page_no_websocket_no_file_and_takes_no_upload(door: Any, newcomer: str):
    answer = ask(door, "/coverage?day=2025-12-31", cookie=newcomer, accept=HTML)
    assert (answer.status, answer.headers["location"]) == (303, "/auth/password?next=/coverage%3Fday%3D2025-12-31")
    for path in ("/media/1f.xlsx", "/_stcore/metrics", "/static/js/index.js", "/_stcore/health"):
        assert ask(door, path, cookie=newcomer).status == 401  # pages take it for the end of their session, and ask the reader back
    assert ask(door, "/_stcore/upload_file/a/b", "PUT", cookie=newcomer).status == 401
    assert connect(door, "/_stcore/stream", [b"x"], cookie=newcomer).sent[0]["type"] == "websocket.close"
    assert sessions.current_user({sessions.COOKIE: newcomer.partition("=")[2]}) is None


def test_signing_in_with_a_given_password_leads_to_the_page_that_replaces_it(door: Any, newcomer: str):
    page = ask(door, ask(door, "/", cookie=newcomer, accept=HTML).headers["location"], cookie=newcomer)
    assert (page.status, "您的密码是别人给的" in page.text) == (200, True)


def test_the_new_password_opens_the_pages_under_a_new_session(door: Any, newcomer: str):
    elsewhere = sessions.start("li")
    answer = change(door, newcomer)
    assert (answer.status, 'href="/coverage"' in answer.text) == (200, True)
    fresh = answer.cookies[sessions.COOKIE].value
    assert ask(door, "/coverage?lang=zh_CN", cookie=f"{sessions.COOKIE}={fresh}", accept=HTML).text == "inside /coverage"
    assert [sessions.find(token) for token in (elsewhere, newcomer.partition("=")[2])] == [None, None]
    assert (accounts.matches("li", OWN), accounts.matches("li", PASSWORD)) == (True, False)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"old": "wrong password"}, "原密码不对"),
        ({"again": "lan tian xia de gou"}, "两次输入的新密码不同"),
        ({"new": PASSWORD}, "新密码须与原密码不同"),
        ({"new": "too short"}, "15 至 256"),
        ({"new": "qwertyuiopasdfgh"}, "太常见"),
    ],
)
def test_what_will_not_do_is_said_and_changes_nothing(door: Any, newcomer: str, sent: dict[str, str], says: str):
    answer = change(door, newcomer, **sent)
    assert (answer.status, says in answer.text) == (422, True)
    assert sessions.find(newcomer.partition("=")[2]).must_change
    assert not [word for word in sent.values() if word in answer.text]


def test_the_form_without_its_own_token_changes_nothing(door: Any, newcomer: str):
    assert change(door, newcomer, form_token="guess").status == 403
    assert accounts.matches("li", PASSWORD)


def test_the_old_password_cannot_be_guessed_here_either(door: Any, newcomer: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sign_in_limits.time, "time", lambda: 1_800_000_000.0)
    newcomer = f"{sessions.COOKIE}={sessions.start('li')}"
    assert [change(door, newcomer, old="wrong password").status for _ in range(4)] == [422, 422, 422, 429]


def test_signing_out_everywhere_ends_every_session_and_needs_the_token(door: Any, signed_in: str):
    others = sessions.start("李书记")
    assert ask(door, "/auth/logout-everywhere", "POST", {}, cookie=signed_in).status == 403
    assert sessions.find(others)
    token = ask(door, "/auth/password", cookie=signed_in).cookies[FORM_COOKIE].value
    answer = ask(door, "/auth/logout-everywhere", "POST", {"form_token": token}, cookie=f"{signed_in}; {FORM_COOKIE}={token}")
    assert (answer.status, answer.headers["location"]) == (303, "/auth/login")
    assert [sessions.find(each) for each in (others, signed_in.partition("=")[2])] == [None, None]


def test_a_stranger_is_led_to_the_sign_in(door: Any):
    assert ask(door, "/auth/password", accept=HTML).headers["location"].startswith("/auth/login")
    for path in ("/auth/password", "/auth/logout-everywhere"):
        assert (ask(door, path, "POST", {}).status, ask(door, path, "POST", {}).headers["location"]) == (303, "/auth/login")


def test_a_form_sent_after_the_end_of_its_session_leads_to_the_sign_in_and_back_to_the_page_asked_for(door: Any, newcomer: str):
    text = ask(door, "/auth/password?next=/declared%3Fas_of%3D2025-10-15", cookie=newcomer).text
    sent_to = re.search('action="(/auth/password[^"]*)"', text)[1].replace("&amp;", "&")
    accounts.change_password("li", PASSWORD + "2")
    answer = ask(door, sent_to, "POST", {"old": PASSWORD}, cookie=newcomer, accept=HTML)
    assert (answer.status, answer.headers["location"]) == (303, "/auth/login?next=/declared%3Fas_of%3D2025-10-15")


def test_the_page_speaks_english_too_and_fetches_nothing(door: Any, signed_in: str):
    text = ask(door, "/auth/password?lang=en", cookie=signed_in).text
    assert '<html lang="en">' in text
    assert "At least 15 characters" in text
    assert [word for word in ("<script", "url(", "http:", "https:") if word in text] == []


def test_a_changed_password_forgets_the_browsers_of_before(door: Any, newcomer: str):
    before = attempts.remember_device("li")
    change(door, newcomer)
    assert attempts.known_device(before, "li", time.time()) == ""
