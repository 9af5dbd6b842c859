"""How often anyone may try to sign in: per device, per name, per address and overall.

A name typed wrongly waits longer and longer (`attempt_by_name`). Beyond that a thousand names tried from one address are held back
by the address's bucket, and many addresses by the overall one. A user who has signed in on this browser before is known by a
cookie (`remember_device`) and waits for the failures of that browser alone (OWASP: Device Cookies): an outsider who keeps a known
name waiting, or empties the bucket of a whole town hall behind one address, does not lock those people out.
"""

from __future__ import annotations

import ipaddress
import math
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request

from pages.access.accounts.accounts import LONGEST_NAME, key, plain
from pages.access.accounts.sessions import token_hash
from pages.access.accounts.store import reading, writing
from pages.access.forms import form_pages

MOST_ADDRESSES = 10_000
# The cookie opens nothing: it only keeps the wrong passwords that others try apart from those of this browser.
DEVICE_COOKIE = "tongxing_device"
DEVICE_KEPT_SECONDS = 90 * 24 * 60 * 60
MOST_DEVICES = 10  # browsers of one account
FREE = 3  # wrong passwords without a wait
LONGEST_WAIT_SECONDS = 15 * 60  # at most 96 guesses a day
FORGOTTEN_AFTER_SECONDS = 24 * 60 * 60
MOST_NAMES = 10_000  # beyond it the names tried least are forgotten, so that inventing names wears no other name's wait down


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: the address (an IPv6 network of 64 bits, which one customer has) and the device's token."""

    address: str = ""
    device: str = ""


class Buckets:
    """A bucket of tries for each key: `most` at once, one more every `seconds`. A right password gives its try back."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tries left, and when that was so
        self._lock = threading.Lock()

    def take(self, key: str, now: float) -> int:
        """Take one try; returns 0, or the seconds until there is one."""
        with self._lock:
            left = self._now_left(key, now)
            if left >= 1:
                self._keep(key, left - 1, now)
                return 0
        return math.ceil((1 - left) * self.seconds)

    def give_back(self, key: str, now: float) -> None:
        """A try that was none."""
        with self._lock:
            self._keep(key, min(self._now_left(key, now) + 1, self.most), now)

    def _now_left(self, key: str, now: float) -> float:
        left, since = self._left.get(key, (self.most, now))
        return min(left + max(now - since, 0) / self.seconds, self.most)

    def _keep(self, key: str, left: float, now: float) -> None:
        self._left[key] = (left, now)
        self._left.move_to_end(key)
        while len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)


# A town hall of a hundred people behind one address mistypes less than 60 times at once and 12 times a minute.
ADDRESSES = Buckets(60, 5)
# A hash takes 50 ms and more on one of two threads; four a second leave the dashboard its processor.
OVERALL = Buckets(300, 0.25)


def origin_of(request: Request) -> Origin:
    """Where a request comes from; behind a proxy on this machine the server has put the reader's address in place of its own."""
    return Origin(_network(host_of(request)), form_pages.cookie_of(request, DEVICE_COOKIE))


def host_of(request: Request) -> str:
    """The address a request comes from; behind a reverse proxy on this machine the server reads it from the proxy's headers."""
    return request.client.host if request.client else "—"


def attempt(name: str, origin: Origin, now: float | None = None) -> int:
    """Count a try as failed before the password is looked at; returns the seconds it must wait, 0 when it may go on."""
    moment = time.time() if now is None else now
    device = known_device(origin.device, name, moment)
    if device:
        return attempt_by_name(device, moment)
    wait = ADDRESSES.take(origin.address, moment) or OVERALL.take("", moment)
    return wait or attempt_by_name(name, moment)


def forget(name: str, origin: Origin, now: float | None = None) -> None:
    """A right password: no wait any more, and the try is given back."""
    moment = time.time() if now is None else now
    device = known_device(origin.device, name, moment)
    if device:
        return forget_name(device)
    ADDRESSES.give_back(origin.address, moment)
    OVERALL.give_back("", moment)
    forget_name(name)


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
    """How long the next try must still wait after `count` wrong ones: 1, 2, 4 … seconds from the third on."""
    wait = min(2 ** min(count - FREE, 20), LONGEST_WAIT_SECONDS) if count >= FREE else 0
    return max(0, int(last_at + wait - now))


def attempt_by_name(name: str, now: float) -> int:
    """Count a try as failed before the password is looked at; returns the seconds it must wait, 0 when it may go on.

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
    """A right password: no wait any more."""
    with writing() as store:
        store.execute("delete from failures where name = ?", (key(name)[:LONGEST_NAME],))


def _network(host: str) -> str:
    """The address, or its network of 64 bits under IPv6; what is no address stays as it is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network(f"{host.partition('%')[0]}/64", strict=False))
