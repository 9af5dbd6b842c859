"""Accounts: who can be added, what is stored of a password, what removing means."""

import sqlite3
import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from pages.access.accounts import accounts, sessions
from pages.access.accounts.accounts import Account, AccountError, User
from tests.pages.access.conftest import HASHER, PASSWORD
from warehouse import row_access


def test_an_added_account_signs_in_with_its_password_and_with_no_other():
    assert accounts.add("李书记", "leader", PASSWORD) == User("李书记", "leader", row_access.WHOLE)
    assert accounts.matches("李书记", PASSWORD)
    assert not accounts.matches("李书记", PASSWORD + "!")
    assert not accounts.matches("王书记", PASSWORD)


def test_a_hash_costs_what_rfc_9106_asks():
    assert (HASHER.time_cost, HASHER.memory_cost, HASHER.parallelism, HASHER.type) == (3, 64 * 1024, 4, Type.ID)


def test_the_file_is_its_owners_alone_and_holds_no_password(own_home: Path):
    accounts.add("li", "leader", PASSWORD)
    file = own_home / "accounts.sqlite"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    stored = sqlite3.connect(file).execute("select password_hash from accounts").fetchone()[0]
    assert stored.startswith("$argon2id$")
    assert all(PASSWORD.encode() not in found.read_bytes() for found in own_home.rglob("*") if found.is_file())
    assert sorted(found.name for found in own_home.iterdir() if "." in found.name.removeprefix("accounts.sqlite")) == []


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("七个字的密码呢", "8 至 256"),
        ("a" * 257, "8 至 256"),
        ("zhang.san", "账号名"),
        ("ZHANG.SAN", "账号名"),
        ("88888888", "太常见"),
        ("８８８８８８８８", "太常见"),
        ("1qaz2wsx", "太常见"),
        ("qwertyuiop", "太常见"),
        ("abcabcabc", "太常见"),
        ("20251001", "太常见"),
        ("tongxing1", "太常见"),
        ("Tongxing2025", "太常见"),
        ("my zhang.san my", "账号名"),
    ],
)
def test_a_password_that_is_short_endless_common_or_the_name_is_refused(password: str, why: str):
    with pytest.raises(AccountError, match=why):
        accounts.add("zhang.san", "centre", password)
    assert accounts.every() == []


@pytest.mark.parametrize("password", ["柳树下三只黄猫", "tongxingtongxing", "qwertyuiopasdfgh", "12345678901234567", "aaaaaaaabbbbbbbb"])
def test_ones_own_password_is_longer_and_no_walk_on_the_keyboard(password: str):
    accounts.add("li", "leader", PASSWORD)
    with pytest.raises(AccountError, match=r"15 至 256|太常见"):
        accounts.change_password("li", password, is_own=True)
    assert accounts.matches("li", PASSWORD)


@pytest.mark.parametrize("password", ["lan tian xia de mao", "河边的柳树下三只黄猫在等一场雨", "x" * 3 + "Kq7 vTz0pLm4 wRy"])
def test_a_long_password_needs_no_kinds_of_characters(password: str):
    accounts.add("li", "leader", PASSWORD)
    accounts.change_password("li", password, is_own=True)
    assert accounts.matches("li", password)


def test_who_was_given_a_password_must_change_it_until_it_is_their_own():
    assert accounts.add("li", "leader", PASSWORD).must_change
    assert [account.must_change for account in accounts.every()] == [True]
    accounts.change_password("li", "lan tian xia de mao", is_own=True)
    assert [account.must_change for account in accounts.every()] == [False]
    accounts.change_password("li", "another first one")
    assert [account.must_change for account in accounts.every()] == [True]


def test_signing_out_everywhere_ends_all_sessions_of_one_account():
    accounts.add("li", "leader", PASSWORD)
    accounts.add("wang", "leader", PASSWORD)
    mine, others = [sessions.start("li"), sessions.start("LI")], sessions.start("wang")
    assert accounts.end_sessions("li") == 2
    assert [sessions.find(token) for token in mine] == [None, None]
    assert sessions.find(others)
    with pytest.raises(AccountError, match="没有账号"):
        accounts.end_sessions("nobody")


def test_a_password_of_eight_characters_without_digits_is_enough():
    accounts.add("li", "leader", "一二三四五六七八")
    assert accounts.matches("li", "一二三四五六七八")


@pytest.mark.parametrize(
    ("name", "role", "scope", "why"),
    [
        ("li", "boss", (), "boss"),
        ("", "leader", (), "账号名"),
        ("li\n", "leader", ("1",), "12 位"),
        ("a b", "leader", (), "账号名"),
        ("x" * 41, "leader", (), "账号名"),
        ("cun", "village", (), "--scope"),
        ("cun", "village", ("34012310200１",), "12 位"),
    ],
)
def test_an_account_with_a_wrong_name_role_or_scope_is_refused(name: str, role: str, scope: tuple[str, ...], why: str):
    with pytest.raises(AccountError, match=why):
        accounts.add(name, role, PASSWORD, scope)
    assert accounts.every() == []


def test_a_village_account_keeps_its_villages_each_once():
    user = accounts.add("柳树村", "village", PASSWORD, ["340123102001", "340123102002", "340123102001"], now=1000)
    assert user.scope == ("340123102001", "340123102002")
    assert accounts.every() == [Account("柳树村", "village", user.scope, False, 1000)]


def test_a_name_in_use_is_not_given_again_whatever_its_letters():
    accounts.add("Li", "leader", PASSWORD)
    with pytest.raises(AccountError, match="已存在"):
        accounts.add("ｌＩ", "admin", PASSWORD)
    assert [(account.name, account.role) for account in accounts.every()] == [("Li", "leader")]


def test_a_removed_account_is_closed_at_once_and_stays_on_the_list():
    accounts.add("li", "leader", PASSWORD)
    token = sessions.start("li")
    accounts.remove("li")
    assert sessions.find(token) is None
    assert not accounts.matches("li", PASSWORD)
    assert [(account.name, account.is_disabled) for account in accounts.every()] == [("li", True)]
    with pytest.raises(AccountError, match="没有账号"):
        accounts.remove("li")


def test_a_closed_account_opens_again_only_by_adding_it_anew():
    accounts.add("li", "leader", PASSWORD)
    old = sessions.start("li")
    accounts.remove("li")
    accounts.add("li", "reviewer", "另一个够长的密码")
    assert not accounts.matches("li", PASSWORD)
    assert accounts.matches("li", "另一个够长的密码")
    assert sessions.find(old) is None


def test_a_new_password_ends_every_session_of_the_account():
    accounts.add("li", "leader", PASSWORD)
    token = sessions.start("li")
    accounts.change_password("LI", "另一个够长的密码")
    assert sessions.find(token) is None
    assert accounts.matches("li", "另一个够长的密码")


def test_a_new_role_is_in_force_for_sessions_already_open():
    accounts.add("li", "reviewer", PASSWORD)
    token = sessions.start("li")
    accounts.change_role("li", "village", ["340123102001"])
    assert sessions.find(token) == User("li", "village", ("340123102001",))


def test_the_last_administrator_of_the_whole_town_is_neither_closed_nor_made_less():
    for name, role, scope in (("li", "admin", ()), ("wang", "leader", ()), ("zhao", "admin", ("340123102",))):
        accounts.add(name, role, PASSWORD, scope)
    kept = accounts.every()
    for change in (
        lambda: accounts.remove("LI"),
        lambda: accounts.change_role("li", "leader"),
        lambda: accounts.change_role("li", "admin", ["340123102"]),
    ):
        with pytest.raises(AccountError, match="先新增另一个管理员"):
            change()
    assert accounts.every() == kept
    accounts.change_role("wang", "admin")
    accounts.remove("li")
    with pytest.raises(AccountError, match="“wang”是最后一个"):
        accounts.remove("wang")


def test_an_unknown_name_costs_the_same_hash_as_a_wrong_password(monkeypatch):
    """Counted, not timed: what is computed for both is one comparison with a hash of the same parameters."""
    compared = []

    class CountingHasher(PasswordHasher):
        def verify(self, hash, password):
            compared.append(extract_parameters(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(accounts, "_HASHER", CountingHasher(time_cost=1, memory_cost=64))
    accounts._nobodys_hash.cache_clear()
    accounts.add("li", "leader", PASSWORD)
    accounts.matches("li", "wrong password")
    accounts.matches("nobody", "wrong password")
    assert len(compared) == 2
    assert compared[0] == compared[1]
