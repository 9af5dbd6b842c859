"""The audit trail as its page reads it: read and verified once for each state of the trail, not at every click."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from locales import language
from warehouse.audit import hash_chain, trail


@dataclass(frozen=True)
class Trail:
    """The entries, newest first, and what is wrong with them, a sentence each."""

    entries: list[dict]
    faults: list[str]


def read(home: Path) -> Trail:
    """The trail as it stands."""
    return _read(home, _state(home), language())


def look_again() -> None:
    """Forget what was verified: the next look reads every line anew."""
    _read.cache_clear()


def _state(home: Path) -> tuple:
    """What tells one state of the trail from another without reading it: lengths and times of its three files."""
    files = [path for path in (hash_chain.trail_of(home), hash_chain.head_of(home), hash_chain.key_of(home)) if path.exists()]
    return tuple((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=2)  # one in each language
def _read(home: Path, state: tuple, spoken: str) -> Trail:
    """Read and verify."""
    del state, spoken  # part of the key alone
    return Trail(trail.entries(home)[::-1], trail.verify(home))
