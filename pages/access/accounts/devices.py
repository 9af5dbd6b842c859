"""Browsers on which an account has signed in before, known by a cookie; the store holds the hash of its token.

The cookie opens nothing: it only keeps the wrong passwords that others try apart from those of this browser.
"""

from __future__ import annotations

import secrets
import time

from pages.access.accounts.accounts import LONGEST_NAME, plain
from pages.access.accounts.sessions import token_hash
from pages.access.accounts.store import reading, writing

COOKIE = "tongxing_device"
KEPT_SECONDS = 90 * 24 * 60 * 60
MOST = 10  # browsers of one account


def remember(name: str, before: str = "", now: float | None = None) -> str:
    """A new token for the browser on which this account has just signed in, in place of the one it had `before`.

    The account's oldest browsers beyond MOST are forgotten.
    """
    token, moment = secrets.token_urlsafe(32), int(time.time() if now is None else now)
    beyond = "select token_hash from devices where name = ? order by seen_at desc, rowid desc limit -1 offset ?"
    with writing() as store:
        store.execute("delete from devices where token_hash = ?", (token_hash(before),))
        store.execute("insert into devices values (?, ?, ?)", (token_hash(token), plain(name), moment))
        store.execute(f"delete from devices where token_hash in ({beyond})", (plain(name), MOST))  # noqa: S608 — the line above
        store.execute("delete from devices where seen_at < ?", (moment - KEPT_SECONDS,))
    return token


def known_device(token: str, name: str, now: float | None = None) -> str:
    """The name under which this browser's wrong passwords are counted; empty when this account never signed in there."""
    if not token:
        return ""
    moment = int(time.time() if now is None else now)
    query = "select 1 from devices where token_hash = ? and name = ? and seen_at >= ?"
    with reading() as store:
        row = store.execute(query, (token_hash(token), plain(name), moment - KEPT_SECONDS)).fetchone()
    return f"device {token_hash(token)}"[:LONGEST_NAME] if row else ""
