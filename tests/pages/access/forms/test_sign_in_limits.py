"""How often anyone may try: by address, overall, and apart for browsers that are known. The moment is passed in."""

import asyncio
import threading
from collections import Counter
from typing import Any

import pytest

from pages.access.accounts import accounts, attempts
from pages.access.accounts.store import reading
from pages.access.forms import sign_in_limits
from pages.access.forms.form_pages import FORM_COOKIE
from pages.access.forms.sign_in_limits import Buckets, Origin
from tests.pages.access.asgi_client import answer_to
from tests.pages.access.conftest import PASSWORD

NOON = 1_800_000_000.0


def test_a_thousand_names_from_one_address_are_stopped_after_sixty():
    waits = [sign_in_limits.attempt(f"name{at}", Origin("203.0.113.9"), NOON) for at in range(1000)]
    assert waits == [0] * 60 + [5] * 940


def test_another_address_goes_on_meanwhile_and_the_first_again_after_seconds():
    for at in range(70):
        sign_in_limits.attempt(f"name{at}", Origin("203.0.113.9"), NOON)
    assert sign_in_limits.attempt("li", Origin("203.0.113.10"), NOON) == 0
    assert sign_in_limits.attempt("li", Origin("203.0.113.9"), NOON + 5) == 0


def test_many_addresses_together_are_stopped_by_the_overall_limit():
    waits = [sign_in_limits.attempt(f"name{at}", Origin(f"10.0.{at // 250}.{at % 250}"), NOON) for at in range(400)]
    assert (waits[:300], set(waits[300:])) == ([0] * 300, {1})


def test_right_passwords_cost_nothing_so_a_town_hall_behind_one_address_comes_in():
    for at in range(80):
        assert sign_in_limits.attempt(f"name{at}", Origin("203.0.113.9"), NOON) == 0
        sign_in_limits.forget(f"name{at}", Origin("203.0.113.9"), NOON)


def test_an_outsider_cannot_lock_out_a_browser_that_the_account_knows():
    accounts.add("li", "leader", PASSWORD)
    known = Origin("203.0.113.9", attempts.remember_device("li", now=NOON))
    for at in range(200):
        sign_in_limits.attempt("li", Origin("203.0.113.9"), NOON + at)
        sign_in_limits.attempt(f"name{at}", Origin("203.0.113.9"), NOON + at)
    assert sign_in_limits.attempt("li", Origin("203.0.113.9"), NOON + 200) > 0
    assert sign_in_limits.attempt("li", known, NOON + 200) == 0


def test_a_known_browser_waits_for_its_own_wrong_passwords():
    accounts.add("li", "leader", PASSWORD)
    known = Origin("203.0.113.9", attempts.remember_device("li", now=NOON))
    assert [sign_in_limits.attempt("li", known, NOON) for _ in range(4)] == [0, 0, 0, 1]
    assert sign_in_limits.attempt("li", Origin("203.0.113.9"), NOON) == 0


def test_a_browser_is_known_for_its_own_account_ninety_days_and_not_beyond():
    for name in ("li", "wang"):
        accounts.add(name, "leader", PASSWORD)
    token = attempts.remember_device("li", now=NOON)
    assert attempts.known_device(token, "LI", NOON + 89 * 86400)
    assert not attempts.known_device(token, "wang", NOON)
    assert not attempts.known_device(token, "li", NOON + 91 * 86400)
    assert not attempts.known_device("guess", "li", NOON)


def test_an_account_keeps_its_ten_newest_browsers():
    accounts.add("li", "leader", PASSWORD)
    tokens = [attempts.remember_device("li", now=NOON + at) for at in range(12)]
    assert [bool(attempts.known_device(token, "li", NOON + 12)) for token in tokens] == [False] * 2 + [True] * 10
    again = attempts.remember_device("li", tokens[-1], NOON + 13)
    assert [bool(attempts.known_device(token, "li", NOON + 13)) for token in (tokens[2], tokens[-1], again)] == [True, False, True]


def test_invented_names_and_addresses_fill_neither_memory_nor_store(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attempts, "MOST_NAMES", 5)
    monkeypatch.setattr(sign_in_limits, "MOST_ADDRESSES", 5)
    few = Buckets(1, 1)
    for _again in range(3):
        attempts.attempt_by_name("li", NOON)
    for at in range(20):
        attempts.attempt_by_name(f"name{at}", NOON + 1)
        few.take(str(at), NOON)
    with reading() as store:
        assert store.execute("select count(*), max(count) from failures").fetchone() == (5, 3)
    assert len(few._left) == 5


@pytest.mark.parametrize(
    ("host", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"), ("unix", "unix"), ("", "")],
)
def test_an_address_of_ipv6_counts_by_its_network(host: str, network: str):
    assert sign_in_limits._network(host) == network


def test_a_hundred_posts_keep_neither_a_session_nor_a_known_browser_waiting(door: Any, signed_in: str, monkeypatch: pytest.MonkeyPatch):
    accounts.add("li", "leader", PASSWORD, must_change=False)
    device = attempts.remember_device("li")
    may_go_on, matches = threading.Event(), accounts.matches
    monkeypatch.setattr(accounts, "matches", lambda name, password: (name == "li" or may_go_on.wait(60)) and matches(name, password))

    async def post(name: str, *cookies: str) -> int:
        form = {"form_token": "t", "name": name, "password": PASSWORD}
        return (await answer_to(door, "/auth/login", "POST", form, cookie="; ".join([f"{FORM_COOKIE}=t", *cookies]))).status

    async def attack() -> tuple[Counter[int], int, str]:
        posts = [asyncio.ensure_future(post(f"stranger{number}")) for number in range(100)]
        while sum(each.done() for each in posts) < 100 - sign_in_limits.MOST_WAITING - 1:
            await asyncio.sleep(0.01)
        inside = await answer_to(door, "/coverage", cookie=signed_in)
        known = await post("li", f"{attempts.DEVICE_COOKIE}={device}")
        may_go_on.set()
        return Counter(await asyncio.gather(*posts)), known, inside.text

    statuses, known, inside = asyncio.run(asyncio.wait_for(attack(), 90))
    assert (known, inside) == (303, "inside /coverage")
    assert statuses == {429: 100 - sign_in_limits.MOST_WAITING - 1, 401: sign_in_limits.MOST_WAITING + 1}
