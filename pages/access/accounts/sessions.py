"""Sessions kept on the server: the browser holds a random token, the store its hash, so a stolen store opens nothing.

A session ends after 30 minutes without a click, after 12 hours in any case, at sign-out, and with its account.
"""

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Mapping
from contextlib import suppress

from pages.access.accounts.accounts import User, plain
from pages.access.accounts.store import reading, writing

COOKIE = "tongxing_session"
# Over HTTPS cookies carry this prefix: a browser then takes them from this very host over HTTPS alone, so that a neighbouring
# host of the same domain cannot plant a session or a form token (RFC 6265bis).
HOST_PREFIX = "__Host-"
IDLE_SECONDS = 30 * 60
TOTAL_SECONDS = 12 * 60 * 60
MOST = 20  # of one account; the least used end
# A click is noted at most this often, so that loading a page of forty files writes once.
NOTED_EVERY_SECONDS = 30
# One of a moment that is still to come was begun while the clock was wrong, and would not end before then.
_IN_TIME = "started_at > ? and started_at <= ? and seen_at > ? and seen_at <= ?"


def start(name: str, now: float | None = None) -> str:
    """A new session for an account; returns the token for the browser (256 random bits). Old ones are swept out."""
    token, moment = secrets.token_urlsafe(32), _seconds(now)
    with writing() as store:
        store.execute(f"delete from sessions where not ({_IN_TIME})", _limits(moment))  # noqa: S608 — our own text
        newest = "select token_hash from sessions where name = ? order by seen_at desc, started_at desc limit ?"
        store.execute(f"delete from sessions where name = ? and token_hash not in ({newest})", (plain(name), plain(name), MOST - 1))  # noqa: S608 — our own text
        store.execute("insert into sessions values (?, ?, ?, ?)", (token_hash(token), plain(name), moment, moment))
    return token


def find(token: str | None, now: float | None = None) -> User | None:
    """Whose session this is; None when there is none, it has ended, or its account is closed."""
    if not token:
        return None
    moment = _seconds(now)
    query = f"""
        select accounts.name, role, scope, must_change from sessions join accounts using (name)
        where token_hash = ? and {_IN_TIME} and not is_disabled
    """  # noqa: S608 — our own text
    with reading() as store:
        row = store.execute(query, (token_hash(token), *_limits(moment))).fetchone()
    return User(row[0], row[1], tuple(row[2].split()), must_change=bool(row[3])) if row else None


def note_click(token: str, now: float | None = None) -> None:
    """Restart the idle time of a session; one that has ended stays ended. Where nothing can be written, reading goes on without it."""
    moment = _seconds(now)
    ours = (token_hash(token), moment - NOTED_EVERY_SECONDS, moment - IDLE_SECONDS)
    with suppress(sqlite3.OperationalError), reading() as store:
        due = "select 1 from sessions where token_hash = ? and seen_at <= ? and seen_at > ?"
        if store.execute(due, ours).fetchone():
            store.execute("update sessions set seen_at = ? where token_hash = ?", (moment, ours[0]))


def end(token: str | None) -> None:
    """Sign out: the session is gone from the store."""
    if token:
        with writing() as store:
            store.execute("delete from sessions where token_hash = ?", (token_hash(token),))


def current_user(cookies: Mapping[str, str], now: float | None = None) -> User | None:
    """Who is asking, by the cookies of the request (`st.context.cookies`); None: show only the way to sign in."""
    user = find(cookies.get(HOST_PREFIX + COOKIE) or cookies.get(COOKIE), now)
    return None if user and user.must_change else user


def token_hash(token: str) -> str:
    """What the store holds of a token; a fast hash will do for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def _limits(moment: int) -> tuple[int, int, int, int]:
    return moment - TOTAL_SECONDS, moment + IDLE_SECONDS, moment - IDLE_SECONDS, moment + IDLE_SECONDS


def _seconds(now: float | None) -> int:
    return int(time.time() if now is None else now)
