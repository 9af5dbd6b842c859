"""Wrong passwords and the growing wait after them: per name typed, whether or not such an account exists, and per known browser.

A browser on which an account has signed in before is known by a cookie; the store holds the hash of its token.
"""

import secrets
import time

from pages.access.accounts.accounts import LONGEST_NAME, key, plain
from pages.access.accounts.sessions import token_hash
from pages.access.accounts.store import reading, writing

# The cookie opens nothing: it only keeps the wrong passwords that others try apart from those of this browser.
DEVICE_COOKIE = "tongxing_device"
DEVICE_KEPT_SECONDS = 90 * 24 * 60 * 60
MOST_DEVICES = 10  # browsers of one account
FREE = 3  # wrong passwords without a wait
LONGEST_WAIT_SECONDS = 15 * 60  # at most 96 guesses a day
FORGOTTEN_AFTER_SECONDS = 24 * 60 * 60
MOST_NAMES = 10_000  # beyond it the names tried least are forgotten, so that inventing names wears no other name's wait down


def remember_device(name: str, before: str = "", now: float | None = None) -> str:
    """A new token for the browser on which this account has just signed in, in place of the one it had `before`.

    The account's oldest browsers beyond MOST_DEVICES are forgotten.
    """
    token, moment = secrets.token_urlsafe(32), int(time.time() if now is None else now)
    beyond = "select token_hash from devices where name = ? order by seen_at desc, rowid desc limit -1 offset ?"
    with writing() as store:
        store.execute("delete from devices where token_hash = ?", (token_hash(before),))
        store.execute("insert into devices values (?, ?, ?)", (token_hash(token), plain(name), moment))
        store.execute(f"delete from devices where token_hash in ({beyond})", (plain(name), MOST_DEVICES))  # noqa: S608 — the line above
        store.execute("delete from devices where seen_at < ?", (moment - DEVICE_KEPT_SECONDS,))
    return token


def known_device(token: str, name: str, now: float) -> str:
    """The name under which this browser's wrong passwords are counted; empty when this account never signed in there."""
    if not token:
        return ""
    query = "select 1 from devices where token_hash = ? and name = ? and seen_at >= ?"
    with reading() as store:
        row = store.execute(query, (token_hash(token), plain(name), int(now) - DEVICE_KEPT_SECONDS)).fetchone()
    return f"device {token_hash(token)}"[:LONGEST_NAME] if row else ""


def seconds_to_wait(count: int, last_at: int, now: float) -> int:
    """How long the next try must still wait after `count` wrong ones: 1, 2, 4 … seconds from the third on.

    One of a moment that is far to come was counted while the clock was wrong: nobody waits until then.
    """
    wait = min(2 ** min(count - FREE, 20), LONGEST_WAIT_SECONDS) if count >= FREE else 0
    return max(0, int(last_at + wait - now)) if last_at - now <= LONGEST_WAIT_SECONDS else 0


def locked(now: float) -> dict[str, int]:
    """Return the names, as they are compared, whose next try must wait for wrong passwords, and the seconds that are left."""
    with reading() as store:
        rows = store.execute("select name, count, last_at from failures").fetchall()
    return {name: wait for name, count, last_at in rows if (wait := seconds_to_wait(count, last_at, now))}


def attempt_by_name(name: str, now: float) -> int:
    """Count a try under a name, typed or a known browser's, as failed before the password is looked at; returns the seconds it must wait, 0 when it may go on.

    Counting first keeps a hundred guesses sent at once from all being looked at.
    """
    moment = int(now)
    typed = key(name)[:LONGEST_NAME]
    with writing() as store:
        store.execute("delete from failures where last_at < ?", (moment - FORGOTTEN_AFTER_SECONDS,))
        row = store.execute("select count, last_at from failures where name = ?", (typed,)).fetchone()
        count, last_at = row or (0, 0)
        wait = seconds_to_wait(count, last_at, moment)
        if not wait:
            store.execute("insert or replace into failures values (?, ?, ?)", (typed, count + 1, moment))
            beyond = "select name from failures order by count desc, last_at desc limit -1 offset ?"
            store.execute(f"delete from failures where name in ({beyond})", (MOST_NAMES,))  # noqa: S608 — the line above
    return wait


def forget_name(name: str) -> None:
    """A right password under a name or in a known browser: no wait any more."""
    with writing() as store:
        store.execute("delete from failures where name = ?", (key(name)[:LONGEST_NAME],))
