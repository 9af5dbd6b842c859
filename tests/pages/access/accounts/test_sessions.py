"""Sessions: how long they hold, what is stored of them, and the wait after wrong passwords. The moment is passed in."""

import time
from pathlib import Path
from typing import Any

import pytest

from pages.access.accounts import accounts, attempts, sessions
from pages.access.accounts.accounts import User
from pages.access.forms.form_pages import FORM_COOKIE
from tests.full_disk import full_after
from tests.pages.access.asgi_client import ask
from tests.pages.access.conftest import PASSWORD

NOON = 1_800_000_000
MINUTE, HOUR = 60, 3600


@pytest.fixture
def token() -> str:
    """A session begun at NOON."""
    accounts.add("li", "centre", PASSWORD, must_change=False)
    return sessions.start("li", now=NOON)


def test_a_session_says_who_is_asking(token: str):
    assert sessions.current_user({sessions.COOKIE: token}, now=NOON + MINUTE) == User("li", "centre", ("all",))


@pytest.mark.parametrize("cookies", [{}, {sessions.COOKIE: ""}, {sessions.COOKIE: "guess"}, {"other": "x"}])
def test_without_a_known_token_nobody_is_asking(token: str, cookies: dict[str, str]):
    assert sessions.current_user(cookies, now=NOON) is None


def test_the_store_holds_no_token(token: str, own_home: Path):
    stored = b"".join(found.read_bytes() for found in own_home.glob("accounts.sqlite*"))
    assert token.encode() not in stored
    assert len(token) >= 43  # 256 bits in base64


def test_a_session_ends_after_thirty_minutes_without_a_click(token: str):
    assert sessions.find(token, now=NOON + 30 * MINUTE - 1)
    assert sessions.find(token, now=NOON + 30 * MINUTE) is None


def test_a_click_begins_the_thirty_minutes_anew(token: str):
    sessions.note_click(token, now=NOON + 29 * MINUTE)
    assert sessions.find(token, now=NOON + 58 * MINUTE)
    assert sessions.find(token, now=NOON + 59 * MINUTE) is None


def test_a_click_after_the_end_does_not_bring_a_session_back(token: str):
    sessions.note_click(token, now=NOON + 31 * MINUTE)
    assert sessions.find(token, now=NOON + 31 * MINUTE) is None


def test_a_session_ends_after_twelve_hours_however_busy(token: str):
    for minutes in range(20, 12 * 60, 20):
        sessions.note_click(token, now=NOON + minutes * MINUTE)
    assert sessions.find(token, now=NOON + 12 * HOUR - 1)
    assert sessions.find(token, now=NOON + 12 * HOUR) is None


def test_signing_out_ends_this_session_and_no_other(token: str):
    other = sessions.start("li", now=NOON)
    sessions.end(token)
    assert sessions.find(token, now=NOON) is None
    assert sessions.find(other, now=NOON)


def test_three_wrong_passwords_are_free_and_then_the_wait_doubles():
    waits = [attempts.attempt_by_name("li", now=NOON) for _ in range(4)]
    assert waits == [0, 0, 0, 1]
    assert attempts.attempt_by_name("LI", now=NOON + 1) == 0
    assert attempts.attempt_by_name("li", now=NOON + 1) == 2
    assert attempts.attempt_by_name("li", now=NOON + 3) == 0
    assert attempts.attempt_by_name("li", now=NOON + 3) == 4


def test_the_wait_grows_to_a_quarter_of_an_hour_and_not_beyond():
    assert attempts.seconds_to_wait(12, NOON, NOON) == 512
    assert attempts.seconds_to_wait(13, NOON, NOON) == 15 * MINUTE
    assert attempts.seconds_to_wait(5000, NOON, NOON + MINUTE) == 14 * MINUTE


def test_one_names_wait_does_not_hold_up_another_and_a_right_password_ends_it():
    for _again in range(4):
        attempts.attempt_by_name("li", now=NOON)
    assert attempts.attempt_by_name("wang", now=NOON) == 0
    attempts.forget_name("Li")
    assert attempts.attempt_by_name("li", now=NOON) == 0


def test_failures_are_forgotten_after_a_day():
    for _again in range(4):
        attempts.attempt_by_name("li", now=NOON)
    assert [attempts.attempt_by_name("li", now=NOON + 25 * HOUR) for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("size", [0, 100, 1000, 4096])
def test_a_session_is_found_while_nothing_can_be_written_and_a_sign_in_says_why_it_cannot(size: int, door: Any, signed_in: str):
    with full_after(size):
        assert ask(door, "/coverage", cookie=signed_in).status == 200
        sessions.note_click(signed_in.partition("=")[2], now=time.time() + 100)
        form = {"form_token": "t", "name": "李书记", "password": PASSWORD}
        answer = ask(door, "/auth/login", "POST", form, cookie=f"{FORM_COOKIE}=t")
        assert (answer.status, "不能登录" in answer.text) == (503, True)
    assert ask(door, "/coverage", cookie=signed_in).status == 200
    assert ask(door, "/auth/login", "POST", form, cookie=f"{FORM_COOKIE}=t").status == 303


def test_an_account_has_so_many_sessions_at_a_time_and_the_least_used_end():
    accounts.add("李书记", "leader", PASSWORD, must_change=False)
    tokens = [sessions.start("李书记", now=1000 + at) for at in range(sessions.MOST + 2)]
    assert [sessions.find(token, now=1100) is not None for token in tokens] == [False, False, *[True] * sessions.MOST]


def test_what_was_kept_while_the_clock_was_years_ahead_neither_lasts_nor_locks_out_once_it_is_right(token: str):
    begun = sessions.start("li", now=NOON + 70 * 365 * 24 * HOUR)
    assert (sessions.find(begun, now=NOON), sessions.find(sessions.start("li", now=NOON), now=NOON)) == (
        None,
        User("li", "centre", ("all",)),
    )
    for _ in range(attempts.FREE):
        attempts.attempt_by_name("li", NOON + 70 * 365 * 24 * HOUR)
    assert (attempts.locked(NOON), attempts.attempt_by_name("li", NOON)) == ({}, 0)
    assert attempts.attempt_by_name("li", NOON) > 0  # the wrong ones are counted on
