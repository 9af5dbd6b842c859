"""How often anyone may try to sign in: per device, per name, per address and overall.

A name typed wrongly waits longer and longer (attempts.py). Beyond that a thousand names tried from one address are held back
by the address's bucket, and many addresses by the overall one. A user who has signed in on this browser before is known by a
cookie (attempts.py) and waits for the failures of that browser alone (OWASP: Device Cookies): an outsider who keeps a known
name waiting, or empties the bucket of a whole town hall behind one address, does not lock those people out.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.requests import Request

from locales import _
from pages.access.accounts import attempts
from pages.access.forms import form_pages
from pages.access.forms.form_pages import Refusal

MOST_ADDRESSES = 10_000
Result = TypeVar("Result")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


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
            self._keep(key, left - (left >= 1), now)  # refused or not: after a clock that was set back it fills again
        return 0 if left >= 1 else math.ceil((1 - left) * self.seconds)

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
# Hashing has threads of its own: one for browsers that are known, one for all others, each with a short queue. Sessions never wait for it.
MOST_WAITING = 20


class _Turn:
    """A thread that hashes, and how many are with it or wait for it."""

    def __init__(self) -> None:
        self.limiter, self.count = CapacityLimiter(1), 0


_TURNS: RunVar[dict[object, _Turn]] = RunVar("turns to hash")


async def hash_in_turn(name: str, origin: Origin, work: Callable[..., Result], *args: object) -> Result | Refusal:
    """Return what `work`, which hashes a password, answers in a thread; a refusal where too many wait for theirs."""
    return await in_turn(bool(await to_thread.run_sync(attempts.known_device, origin.device, name, time.time())), work, *args)


async def in_turn(queue: object, work: Callable[..., Result], *args: object) -> Result | Refusal:
    """Return what `work` answers in the one thread of a queue; a refusal where too many wait in it."""
    turns = _TURNS.get({})
    if not turns:
        _TURNS.set(turns)
    turn = turns.setdefault(queue, _Turn())
    if turn.count > MOST_WAITING:
        return Refusal(429, _("现在登录的人太多，请过 {seconds} 秒再试").format(seconds=MOST_WAITING // 4), MOST_WAITING // 4)
    turn.count += 1
    try:
        return await to_thread.run_sync(work, *args, limiter=turn.limiter)
    finally:
        turn.count -= 1


def origin_of(request: Request) -> Origin:
    """Where a request comes from; behind a proxy on this machine the server has put the reader's address in place of its own."""
    return Origin(_network(host_of(request)), form_pages.cookie_of(request, attempts.DEVICE_COOKIE))


def host_of(request: Request) -> str:
    """The address a request comes from; behind a reverse proxy on this machine the server reads it from the proxy's headers."""
    return request.client.host if request.client else "—"


def is_local(request: Request) -> bool:
    """Whether it is this machine's own browser that asks: by no proxy, and for an address of this machine alone."""
    host = (request.headers.get("host") or "").rpartition(":")[0] or request.headers.get("host", "")
    is_proxied = any(name in request.headers for name in _FORWARDED)
    return not is_proxied and _is_loopback(host_of(request)) and (host == "localhost" or _is_loopback(host.strip("[]")))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def attempt(name: str, origin: Origin, now: float | None = None) -> int:
    """Count a try as failed before the password is looked at; returns the seconds it must wait, 0 when it may go on."""
    moment = time.time() if now is None else now
    device = attempts.known_device(origin.device, name, moment)
    if device:
        return attempts.attempt_by_name(device, moment)
    wait = ADDRESSES.take(origin.address, moment) or OVERALL.take("", moment)
    return wait or attempts.attempt_by_name(name, moment)


def forget(name: str, origin: Origin, now: float | None = None) -> None:
    """A right password: no wait any more, and the try is given back."""
    moment = time.time() if now is None else now
    device = attempts.known_device(origin.device, name, moment)
    if device:
        return attempts.forget_name(device)
    ADDRESSES.give_back(origin.address, moment)
    OVERALL.give_back("", moment)
    attempts.forget_name(name)


def _network(host: str) -> str:
    """The address, or its network of 64 bits under IPv6; what is no address stays as it is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network(f"{host.partition('%')[0]}/64", strict=False))
