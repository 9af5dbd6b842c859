"""Local accounts: a name, a role, the villages it may see, and a password kept as an argon2id hash.

A removed account is closed, not deleted: the audit trail speaks of people by name, and a name must not pass to another
person by accident.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from locales import _
from pages.access.store import reading, writing
from warehouse import audit, builds

ROLES = ("leader", "centre", "reviewer", "admin", "village")
PASSWORD_LENGTH = 8  # NIST SP 800-63B: at least 8 characters, no rules about their kinds
LONGEST_NAME, LONGEST_PASSWORD = 40, 256
# Guessed first by everyone; NIST SP 800-63B asks that such words be refused.
COMMON_PASSWORDS = frozenset(
    "12345678 123456789 1234567890 87654321 11111111 00000000 66666666 88888888 password password1 qwertyui qwerty123 "
    "1qaz2wsx a1234567 a12345678 abcd1234 asdfghjk 11223344 12341234 tongxing".split()
)
_HASHER = PasswordHasher()  # argon2id, 64 MiB (RFC 9106, second choice)
# Two at a time: a hash takes 64 MiB, and forty guesses at once would take 2.5 GB.
_HASHING = threading.BoundedSemaphore(2)


class AccountError(ValueError):
    """An account could not be added or changed; the text is the sentence for the person."""


@dataclass(frozen=True)
class User:
    """Who is asking: `role` is one of ROLES; `scope` holds 12-digit village codes, empty for the whole town."""

    name: str
    role: str
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account(User):
    """An account as administrators see it; `created_at` in seconds since 1970."""

    is_disabled: bool = False
    created_at: int = 0


def add(
    name: str,
    role: str,
    password: str,
    scope: Sequence[str] = (),
    now: float | None = None,
    recorder: audit.Recorder = audit.by_command,
) -> User:
    """Add an account, or open a closed one again under new terms; `recorder` writes who does so, here and in the others.

    Raises AccountError when the name is in use, or name, role, scope or password will not do, or audit.NotRecorded.
    """
    user = _checked(name, role, scope)
    hashed = _hash(checked_password(user.name, password))
    row = (user.name, role, " ".join(user.scope), hashed, int(time.time() if now is None else now))
    with writing() as store:
        if store.execute("select 1 from accounts where name = ? and not is_disabled", (user.name,)).fetchone():
            raise AccountError(_("账号“{name}”已存在；要换密码请用 password 命令").format(name=user.name))
        _record(recorder, "account_added", user.name, {"role": role, "scope": " ".join(user.scope)})
        store.execute("delete from accounts where name = ?", (user.name,))
        store.execute("insert into accounts (name, role, scope, password_hash, created_at) values (?, ?, ?, ?, ?)", row)
        store.execute("delete from failures where name = ?", (key(user.name),))
    return user


def change_password(name: str, password: str, recorder: audit.Recorder = audit.by_command) -> None:
    """Give an open account a new password and end its sessions; raises AccountError, audit.NotRecorded."""
    hashed = _hash(checked_password(name, password))
    with writing() as store:
        changed = store.execute("update accounts set password_hash = ? where name = ? and not is_disabled", (hashed, plain(name)))
        _must_exist(changed, name)
        _record(recorder, "password_changed", name)
        store.execute("delete from sessions where name = ?", (plain(name),))
        store.execute("delete from failures where name = ?", (key(name),))


def change_role(name: str, role: str, scope: Sequence[str] = (), recorder: audit.Recorder = audit.by_command) -> User:
    """Give an open account another role and scope, in force at its next click; raises AccountError, audit.NotRecorded."""
    user = _checked(name, role, scope)
    with writing() as store:
        changed = store.execute(
            "update accounts set role = ?, scope = ? where name = ? and not is_disabled",
            (role, " ".join(user.scope), user.name),
        )
        _must_exist(changed, name)
        _record(recorder, "account_changed", user.name, {"role": role, "scope": " ".join(user.scope)})
    return user


def remove(name: str, recorder: audit.Recorder = audit.by_command) -> None:
    """Close an account and end its sessions; raises AccountError where there is no open one of that name, audit.NotRecorded."""
    with writing() as store:
        changed = store.execute("update accounts set is_disabled = 1 where name = ? and not is_disabled", (plain(name),))
        _must_exist(changed, name)
        _record(recorder, "account_removed", name)
        store.execute("delete from sessions where name = ?", (plain(name),))


def _record(recorder: audit.Recorder, act: str, name: str, terms: Mapping[str, str] | None = None) -> None:
    """Write to the audit trail before the store keeps the change: what cannot be recorded is undone with the transaction."""
    recorder(builds.home(), act, {"account": plain(name), **(terms or {})})


def find(name: str) -> Account | None:
    """The account of a name as typed, open or closed."""
    return next((account for account in every() if key(account.name) == key(name)), None)


def every() -> list[Account]:
    """All accounts by name, closed ones too."""
    query = "select name, role, scope, is_disabled, created_at from accounts order by name"
    with reading() as store:
        rows = store.execute(query).fetchall()
    return [Account(name, role, tuple(scope.split()), bool(closed), at) for name, role, scope, closed, at in rows]


def matches(name: str, password: str) -> bool:
    """Whether the open account `name` has this password.

    Takes as long for a name that is unknown or closed as for a wrong password: a hash is computed each time.
    """
    query = "select password_hash from accounts where name = ? and not is_disabled"
    with reading() as store:
        row = store.execute(query, (plain(name),)).fetchone()
    with _HASHING:
        try:
            _HASHER.verify(row[0] if row else _nobodys_hash(), _as_typed(password))
        except VerificationError:
            return False
    return row is not None


def plain(name: str) -> str:
    """A name as it is stored: one form for full-width and half-width letters, no blanks around."""
    return unicodedata.normalize("NFKC", name).strip()


def key(name: str) -> str:
    """A name for comparing: capital and small letters are the same."""
    return plain(name).casefold()


def checked_password(name: str, password: str) -> str:
    """The password in the form that is hashed; raises AccountError for one that is too easily guessed."""
    typed = _as_typed(password)
    if not PASSWORD_LENGTH <= len(typed) <= LONGEST_PASSWORD:
        raise AccountError(_("密码须有 {shortest} 至 {longest} 个字符").format(shortest=PASSWORD_LENGTH, longest=LONGEST_PASSWORD))
    if key(typed) == key(name):
        raise AccountError(_("密码不能与账号名相同"))
    if typed.casefold() in COMMON_PASSWORDS:
        raise AccountError(_("这个密码太常见，容易被猜中；请换一个"))
    return typed


def _checked(name: str, role: str, scope: Sequence[str]) -> User:
    """The account's terms in stored form; raises AccountError naming what will not do."""
    name = plain(name)
    if not re.fullmatch(rf"[\w.·-]{{1,{LONGEST_NAME}}}", name):
        raise AccountError(_("账号名可用汉字、字母、数字和 . · - _，最长 {longest} 个字").format(longest=LONGEST_NAME))
    if role not in ROLES:
        raise AccountError(_("没有“{role}”这种角色；可用：{roles}").format(role=role, roles="、".join(ROLES)))
    wrong = [code for code in scope if not re.fullmatch(r"[0-9]{12}", code)]
    if wrong:
        raise AccountError(_("“{code}”不是 12 位的村（社区）代码").format(code=wrong[0]))
    if role == "village" and not scope:
        raise AccountError(_("村级账号须用 --scope 给出 12 位的村（社区）代码"))
    return User(name, role, tuple(dict.fromkeys(scope)))


def _must_exist(changed: sqlite3.Cursor, name: str) -> None:
    """Raise when an update met no account."""
    if not changed.rowcount:
        raise AccountError(_("没有账号“{name}”，或它已停用").format(name=plain(name)))


def _as_typed(password: str) -> str:
    """One form for the same characters typed on different keyboards (NIST SP 800-63B: normalise before hashing)."""
    return unicodedata.normalize("NFKC", password)


def _hash(password: str) -> str:
    """The argon2id hash, two at a time."""
    with _HASHING:
        return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    """A hash to compare with when there is no account, made with the same parameters."""
    return _HASHER.hash("nobody has this password")
