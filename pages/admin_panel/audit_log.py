"""The audit trail as its page reads it: read and verified once for each state of the trail, not at every click."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from locales import language
from warehouse.audit import hash_chain, trail, verification


@dataclass(frozen=True)
class AuditLog:
    """The entries, newest first, and their faults, a sentence each."""

    entries: list[dict]
    faults: list[str]


def read(home: Path) -> AuditLog:
    """Return the trail as it is now; two states of it differ in lengths and times of its files and of what keeps anchors."""
    names = (hash_chain.TRAIL, hash_chain.HEAD, hash_chain.KEY, "builds", "publications")
    files = [path for name in names if (path := home / name).exists()]
    return _read(home, tuple((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files), language())


@lru_cache(maxsize=2)  # one in each language
def _read(home: Path, state: tuple, language: str) -> AuditLog:
    del state, language  # part of the key alone
    return AuditLog(trail.entries(home)[::-1], verification.verify(home))


forget = _read.cache_clear  # the next call reads and verifies every line again
