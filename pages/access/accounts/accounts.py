"""Local accounts: a name, a role, the villages it may see, and a password kept as an argon2id hash.

A removed account is closed, not deleted: the audit trail speaks of people by name, and a name must not pass to another
person by accident.
"""

import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from locales import _
from pages.access.accounts import passwords
from pages.access.accounts.store import reading, writing
from warehouse import row_access
from warehouse.audit import trail
from warehouse.storage import build_files

ROLES = ("leader", "centre", "reviewer", "admin", "village")
LONGEST_NAME = 40
VILLAGE_DIGITS = 12
_HASHER = PasswordHasher()  # argon2id, 64 MiB (RFC 9106, second choice)
# Two at a time: a hash takes 64 MiB, and forty guesses at once would take 2.5 GB.
_HASHING = threading.BoundedSemaphore(2)


class AccountError(ValueError):
    """An account could not be added or changed; the text is the sentence for the person."""


@dataclass(frozen=True)
class User:
    """Who is asking: `role` is one of ROLES; `scope` as in warehouse/row_access.py, empty: nothing is shown.

    `must_change`: the password was given by somebody else and opens nothing but the page that changes it.
    """

    name: str
    role: str
    scope: tuple[str, ...] = ()
    must_change: bool = field(default=False, compare=False, kw_only=True)


@dataclass(frozen=True)
class Account(User):
    """An account as administrators see it; `created_at` in seconds since 1970, `subject` whom the town's provider calls so, "" with a password."""

    is_disabled: bool = False
    created_at: int = 0
    subject: str = ""


def add(
    name: str,
    role: str,
    password: str,
    scope: Sequence[str] = (),
    now: float | None = None,
    recorder: trail.Recorder = trail.by_command,
    *,
    must_change: bool = True,
    is_first: bool = False,
) -> User:
    """Add an account, or open a closed one again under new terms; its password is to be changed at the first sign-in.

    `recorder` writes who does so, here and in the others. `is_first`: its holder chose the password, and there must be no account yet.

    Raises AccountError when the name is in use, or name, role, scope or password will not do, or audit.NotRecorded.
    """
    user = _checked(name, role, scope)
    hashed = _hash(user.name, password, is_own=is_first)
    row = (user.name, role, " ".join(user.scope), hashed, int(time.time() if now is None else now), must_change)
    with writing() as store:
        if is_first and store.execute("select 1 from accounts").fetchone():
            raise AccountError(_("刚才已经有人设置好了：请用那个账号登录，或请管理员为您新增账号"))
        if store.execute("select 1 from accounts where name = ? and not is_disabled", (user.name,)).fetchone():
            raise AccountError(_("账号“{name}”已存在；忘了密码的话，请重置它的密码").format(name=user.name))
        _must_have_password(store, user.name)
        is_closed = store.execute("select 1 from accounts where name = ?", (user.name,)).fetchone()
        act = "account_reopened" if is_closed else "account_added"
        _record(recorder, act, user.name, {"role": role, "scope": " ".join(user.scope)})
        store.execute("delete from accounts where name = ?", (user.name,))
        columns = "name, role, scope, password_hash, created_at, must_change"
        store.execute(f"insert into accounts ({columns}) values (?, ?, ?, ?, ?, ?)", row)  # noqa: S608 — the line above
        store.execute("delete from failures where name = ?", (key(user.name),))
    return replace(user, must_change=must_change)


def admit(name: str, subject: str, role: str, scope: Sequence[str], address: str) -> User:
    """Return the account of somebody for whom the provider vouches, added where there is none, with the role and scope of this sign-in.

    `subject` is the provider's own lasting name, by which an account is found again whatever it is called since; `address` is where the
    sign-in comes from. Raises AccountError where it is closed, `name` is somebody else's or nobody is administrator yet, or audit.NotRecorded.
    """
    user, now = _checked(name, role, scope), int(time.time())
    find = "select name, subject, role, scope, is_disabled from accounts where subject = ? or name = ? order by subject <> ?"
    with writing() as store:
        if not store.execute("select 1 from accounts").fetchone():
            raise AccountError(_("还没有管理员：请先在服务器本机上打开网址，设第一个管理员。"))
        row = store.execute(find, (subject, user.name, subject)).fetchone()
        if row and row[1] != subject:
            raise AccountError(_("账号“{name}”是另一个人的，或者用密码登录；请管理员核对。").format(name=user.name))
        if row and row[4]:
            raise AccountError(_("账号“{name}”已停用，请联系管理员。").format(name=row[0]))
        user = replace(user, name=row[0] if row else user.name)
        terms, recorder = {"role": role, "scope": " ".join(user.scope)}, trail.recorder_for(user.name, role, address)
        if row is None:
            _record(recorder, "account_added", user.name, terms)
            columns = "name, subject, role, scope, password_hash, created_at"
            store.execute(f"insert into accounts ({columns}) values (?, ?, ?, ?, '', ?)", (user.name, subject, *terms.values(), now))  # noqa: S608 — the line above
        elif row[2:4] != tuple(terms.values()):
            _record(recorder, "account_changed", user.name, terms)
            store.execute("update accounts set role = ?, scope = ? where name = ?", (*terms.values(), user.name))
    return user


def end_sessions_of(subject: str) -> None:
    """Sign out everywhere the one for whom the provider vouches, but to whom the town no longer gives a role."""
    with writing() as store:
        store.execute("delete from sessions where name in (select name from accounts where subject = ? and subject <> '')", (subject,))


def reopen(name: str, recorder: trail.Recorder = trail.by_command) -> None:
    """Open the closed account of somebody for whom the provider vouches; raises AccountError where there is none, audit.NotRecorded."""
    with writing() as store:
        update = "update accounts set is_disabled = 0 where name = ? and is_disabled and subject <> ''"
        if not store.execute(update, (plain(name),)).rowcount:
            raise AccountError(_("没有停用的统一登录账号“{name}”").format(name=plain(name)))
        _record(recorder, "account_reopened", name)


def change_password(name: str, password: str, recorder: trail.Recorder = trail.by_command, *, is_own: bool = False) -> None:
    """Give an open account a new password and end its sessions; raises AccountError, audit.NotRecorded.

    `is_own`: its holder chose it, by the stricter rules; otherwise it is to be changed at the next sign-in.
    """
    hashed = _hash(name, password, is_own=is_own)
    update = "update accounts set password_hash = ?, must_change = ? where name = ? and not is_disabled"
    with writing() as store:
        _must_have_password(store, name)
        _must_exist(store.execute(update, (hashed, not is_own, plain(name))), name)
        _record(recorder, "password_changed", name)
        store.execute("delete from sessions where name = ?", (plain(name),))
        store.execute("delete from devices where name = ?", (plain(name),))
        store.execute("delete from failures where name = ?", (key(name),))


def change_role(name: str, role: str, scope: Sequence[str] = (), recorder: trail.Recorder = trail.by_command) -> User:
    """Give an open account another role and scope, which hold at its next click; raises AccountError, audit.NotRecorded."""
    user = _checked(name, role, scope)
    with writing() as store:
        _must_have_password(store, name)
        if (role, user.scope) != ("admin", row_access.WHOLE):
            _must_leave_one(store, name)
        changed = store.execute(
            "update accounts set role = ?, scope = ? where name = ? and not is_disabled", (role, " ".join(user.scope), user.name)
        )
        _must_exist(changed, name)
        _record(recorder, "account_changed", user.name, {"role": role, "scope": " ".join(user.scope)})
    return user


def remove(name: str, recorder: trail.Recorder = trail.by_command, *, is_replaced: bool = False) -> None:
    """Close an account and end its sessions; `is_replaced`: one of the same name and role is added at once.

    Raises AccountError where there is no open one of that name, or it is the last administrator's, or audit.NotRecorded.
    """
    with writing() as store:
        if not is_replaced:
            _must_leave_one(store, name)
        changed = store.execute("update accounts set is_disabled = 1 where name = ? and not is_disabled", (plain(name),))
        _must_exist(changed, name)
        _record(recorder, "account_removed", name)
        store.execute("delete from sessions where name = ?", (plain(name),))


def end_sessions(name: str, recorder: trail.Recorder = trail.by_command) -> int:
    """Sign an account out everywhere; returns how many sessions that ended. Raises AccountError for a name unknown or closed.

    Signing out waits for no trail: staying signed in would be the greater harm.
    """
    with suppress(trail.NotRecorded):
        _record(recorder, "sign_out", name)
    with writing() as store:
        _must_exist(store.execute("update accounts set name = name where name = ? and not is_disabled", (plain(name),)), name)
        return store.execute("delete from sessions where name = ?", (plain(name),)).rowcount


def _record(recorder: trail.Recorder, act: str, name: str, terms: Mapping[str, str] | None = None) -> None:
    """Write to the audit trail before the store keeps the change: what cannot be recorded is undone with the transaction."""
    recorder(build_files.home(), act, {"account": plain(name), **(terms or {})})


def find(name: str) -> Account | None:
    """The account of a name as typed, open or closed."""
    return next((account for account in every() if key(account.name) == key(name)), None)


def every() -> list[Account]:
    """All accounts by name, closed ones too."""
    query = "select name, role, scope, is_disabled, created_at, subject, must_change from accounts order by name"
    with reading() as store:
        rows = store.execute(query).fetchall()
    return [
        Account(name, role, tuple(scope.split()), bool(closed), *more, must_change=bool(must))
        for name, role, scope, closed, *more, must in rows
    ]


def matches(name: str, password: str) -> bool:
    """Whether the open account `name` has this password.

    Takes as long for a name that is unknown or closed as for a wrong password: a hash is computed each time.
    """
    query = "select password_hash from accounts where name = ? and not is_disabled and subject = ''"
    with reading() as store:
        row = store.execute(query, (plain(name),)).fetchone()
    with _HASHING:
        try:
            _HASHER.verify(row[0] if row else _nobodys_hash(), passwords.as_typed(password))
        except VerificationError:
            return False
    return row is not None


def plain(name: str) -> str:
    """A name as it is stored: one form for full-width and half-width letters, no blanks around."""
    return unicodedata.normalize("NFKC", name).strip()


def key(name: str) -> str:
    """A name for comparing: capital and small letters are the same."""
    return plain(name).casefold()


def _hash(name: str, password: str, *, is_own: bool = False) -> str:
    """The argon2id hash, two at a time; raises AccountError for a password that is too easily guessed."""
    typed = passwords.as_typed(password)
    if key(typed) == key(name):
        raise AccountError(_("密码不能与账号名相同"))
    if sentence := passwords.weakness(key(name), typed, is_own):
        raise AccountError(sentence)
    with _HASHING:
        return _HASHER.hash(typed)


def _checked(name: str, role: str, scope: Sequence[str]) -> User:
    """The account's terms in stored form; raises AccountError naming what will not do."""
    name = plain(name)
    if not re.fullmatch(rf"[\w.@·-]{{1,{LONGEST_NAME}}}", name):
        raise AccountError(_("账号名可用汉字、字母、数字和 . · - _ @，最长 {longest} 个字").format(longest=LONGEST_NAME))
    if role not in ROLES:
        raise AccountError(_("没有“{role}”这种角色；可用：{roles}").format(role=role, roles="、".join(ROLES)))
    wrong = [code for code in scope if not row_access.is_code(code)]
    if wrong:
        raise AccountError(_("“{code}”不是区划代码：县 6 位、镇 9 位、村（社区）12 位，或 all（全部）").format(code=wrong[0]))
    if role == "village" and not (scope and all(len(code) == VILLAGE_DIGITS for code in scope)):
        raise AccountError(_("村级账号须用 --scope 给出 12 位的村（社区）代码"))
    is_whole = not scope or row_access.WHOLE[0] in scope  # none given is the whole town, but not for a village's account
    return User(name, role, row_access.WHOLE if is_whole else tuple(dict.fromkeys(scope)))


def _must_leave_one(store: sqlite3.Connection, name: str) -> None:
    """Raise when an account is the only open one with a password that may change accounts: without it a house could mend nothing on its
    pages, also while a provider does not answer.
    """
    query = "select name from accounts where role = 'admin' and scope = ? and not is_disabled and subject = ''"
    if [key(name_left) for (name_left,) in store.execute(query, row_access.WHOLE)] == [key(name)]:
        sentence = _("“{name}”是最后一个在用的全镇管理员：请先新增另一个管理员（角色 admin，范围全镇），再停用或更改这一个")
        raise AccountError(sentence.format(name=plain(name)))


def _must_have_password(store: sqlite3.Connection, name: str) -> None:
    """Raise where the provider says an account's role and asks for its password."""
    if store.execute("select 1 from accounts where name = ? and subject <> ''", (plain(name),)).fetchone():
        raise AccountError(_("“{name}”由统一登录管理：角色、范围和密码请在那边更改，下次登录生效").format(name=plain(name)))


def _must_exist(changed: sqlite3.Cursor, name: str) -> None:
    if not changed.rowcount:
        raise AccountError(_("没有账号“{name}”，或它已停用").format(name=plain(name)))


@cache
def _nobodys_hash() -> str:
    """A hash to compare with when there is no account, made with the same parameters."""
    return _HASHER.hash("nobody has this password")
