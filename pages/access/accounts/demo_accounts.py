"""Accounts for the demo, one per role under one password; only in a home called `demo`: its children are invented."""

from __future__ import annotations

import secrets

from locales import _
from pages.access.accounts import accounts
from pages.access.accounts.store import path
from warehouse import row_access
from warehouse.builds import repository
from warehouse.storage import atomic_write, build_files


def prepare() -> str:
    """Make the demo's accounts where they are missing; returns the password that opens all of them.

    The password is drawn once per demo home and kept in its file `sign-in.txt`. Raises AccountError elsewhere.
    """
    if path().parent.name != "demo":
        raise accounts.AccountError(_("演示账号只能建在名为 demo 的数据目录里（TONGXING_HOME）"))
    note = path().parent / "sign-in.txt"
    if not note.exists():
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write.write_bytes(note, f"{secrets.token_hex(5)}\n".encode())
    password = note.read_text(encoding="utf-8").strip()
    to_change = {account.name for account in accounts.every() if account.must_change}
    for role in roles():
        if role in to_change or not accounts.matches(role, password):
            _replace(role, password)
    return password


def roles() -> tuple[str, ...]:
    """The roles that have an account: a village's only where a register has been loaded."""
    return tuple(role for role in accounts.ROLES if role != "village" or build_files.published(build_files.home()))


def _scope(role: str) -> tuple[str, ...]:
    """The whole town, but for a village's account the first village of the register."""
    if role != "village":
        return ()
    villages = row_access.ScopedBuild(repository.open_build(build_files.home()), row_access.WHOLE).villages()
    return (villages[0]["village_id"],)


def _replace(role: str, password: str) -> None:
    """The account of a role with this password, whatever stood there before."""
    if any(account.name == role and not account.is_disabled for account in accounts.every()):
        accounts.remove(role, is_replaced=True)
    accounts.add(role, role, password, _scope(role), must_change=False)  # everybody may read it in the demo's home
