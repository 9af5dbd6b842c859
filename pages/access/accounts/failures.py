"""The growing wait after wrong passwords, per name typed, whether or not such an account exists."""

from __future__ import annotations

import time

from pages.access.accounts.accounts import LONGEST_NAME, key
from pages.access.accounts.store import writing

FREE = 3  # wrong passwords without a wait
LONGEST_WAIT_SECONDS = 15 * 60  # at most 96 guesses a day
FORGOTTEN_AFTER_SECONDS = 24 * 60 * 60
MOST_NAMES = 10_000  # beyond it the names tried least are forgotten, so that inventing names wears no other name's wait down


def seconds_to_wait(count: int, last_at: int, now: float) -> int:
    """How long the next try must still wait after `count` wrong ones: 1, 2, 4 … seconds from the third on."""
    wait = min(2 ** min(count - FREE, 20), LONGEST_WAIT_SECONDS) if count >= FREE else 0
    return max(0, int(last_at + wait - now))


def attempt(name: str, now: float | None = None) -> int:
    """Count a try as failed before the password is looked at; returns the seconds it must wait, 0 when it may go on.

    Counting first keeps a hundred guesses sent at once from all being looked at.
    """
    moment = int(time.time() if now is None else now)
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


def forget(name: str) -> None:
    """A right password: no wait any more."""
    with writing() as store:
        store.execute("delete from failures where name = ?", (key(name)[:LONGEST_NAME],))
