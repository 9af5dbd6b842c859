"""Receipts of what left the house: each edition of the register has a number, and whoever holds a file or a number can check it.

A file holds its own number, so the register keeps what the file cannot: the hash of its bytes (SHA-256, FIPS 180-4).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import secrets
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.disclosure import release_log
from warehouse.storage import build_files

_NUMBER = re.compile(rb"\d{8}-\d{4,}-[0-9A-F]{4}")
SUMS = "SHA256SUMS"  # of a packed file of ours: a line for each of its parts, as sha256sum writes them
_MOST_UNPACKED = 64 * 2**20  # bytes that are unpacked of one file to look for a number


@dataclass(frozen=True)
class Order:
    """What is asked to leave: from which build, as of which day, in which form, for whom; `filters` are texts by their names."""

    build: str
    as_of: dt.date
    form: str
    who: str
    role: str
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What the register says of one edition; `sha256` and `size` (bytes) are empty until the file is made. `at` is UTC.

    `parts`: of a pack, the names of its parts by their hashes, so that a part by itself can be told too.
    """

    no: str
    at: str
    build: str
    program: str
    as_of: str
    form: str
    who: str
    role: str
    filters: dict[str, str]
    sha256: str = ""
    size: int = 0
    parts: dict[str, str] = field(default_factory=dict)


def issue(home: Path, order: Order) -> Receipt:
    """The receipt of the next edition, without its hash; to be called inside editions.writing, so that no two have one number.

    The last four signs are random: a number cannot be counted up to.
    """
    now = dt.datetime.now(dt.UTC)
    no = f"{now:%Y%m%d}-{release_log.count(home) + 1:04}-{secrets.token_hex(2).upper()}"
    at = now.isoformat(timespec="seconds")
    return Receipt(no, at, order.build, program(), str(order.as_of), order.form, order.who, order.role, dict(order.filters))


def sealed(receipt: Receipt, content: bytes) -> Receipt:
    """The receipt with the hash of the finished file."""
    return Receipt(**asdict(receipt) | {"sha256": hash_of(content), "size": len(content), "parts": _parts(content)})


def _parts(content: bytes) -> dict[str, str]:
    """The parts of a pack by their hashes, as its own list tells; none of a file without a list."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        told = packed.read(SUMS).decode() if SUMS in packed.namelist() else ""
    return {line[:64]: line[66:] for line in told.splitlines()}


def hash_of(content: bytes) -> str:
    """The SHA-256 of a file, as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


@cache
def program() -> str:
    """The program's own version."""
    return str(tomllib.loads((build_files.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def receipts(home: Path, who: str = "") -> list[Receipt]:
    """All receipts, or those of one person, newest first. Raises ValueError where the register is damaged."""
    told = [Receipt(**edition["receipt"]) for edition in release_log.editions(home) if edition.get("receipt")]
    return [receipt for receipt in reversed(told) if who in ("", receipt.who)]


@dataclass(frozen=True)
class Verdict:
    """What can be said of a file: `state` is genuine, part (of a pack, `part` is its name there), altered (a number of ours, other
    bytes) or unknown."""

    state: str
    edition: dict[str, Any] | None = None
    part: str = ""

    @property
    def receipt(self) -> Receipt:
        """The receipt of an edition that was found."""
        assert self.edition is not None  # noqa: S101 — asked only where one was found
        return Receipt(**self.edition["receipt"])


def by_number(home: Path, number: str) -> Verdict:
    """What the register holds under a number, which is typed: blanks and case do not count. Raises ValueError as `receipts`."""
    asked = re.sub(r"\s", "", number).upper()
    found = next((edition for edition in _numbered(home) if edition["receipt"]["no"] == asked), None)
    return Verdict("genuine", found) if found else Verdict("unknown")


def by_content(home: Path, content: bytes) -> Verdict:
    """Whether these bytes left the house. A file that holds one of our numbers and has another hash was altered.

    Raises ValueError as `receipts`.
    """
    told, own_hash = _numbered(home), hash_of(content)
    same = next((edition for edition in told if edition["receipt"]["sha256"] == own_hash), None)
    if same:
        return Verdict("genuine", same)
    pack = next((edition for edition in told if own_hash in edition["receipt"].get("parts", {})), None)
    if pack:
        return Verdict("part", pack, pack["receipt"]["parts"][own_hash])
    numbers = _numbers_in(content)
    meant = next((edition for edition in told if edition["receipt"]["no"] in numbers), None)
    return Verdict("altered", meant) if meant else Verdict("unknown")


def _numbered(home: Path) -> list[dict]:
    """Editions that have a receipt, newest first."""
    return [edition for edition in reversed(release_log.editions(home)) if edition.get("receipt")]


def _numbers_in(content: bytes) -> set[str]:
    """Every text in a file, or in the parts of a packed one (.xlsx, .docx, .zip), that looks like a number of ours."""
    found, left = _NUMBER.findall(content), _MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                with packed.open(part) as stream:
                    text = stream.read(left)
                found, left = found + _NUMBER.findall(text), left - len(text)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        pass  # no packed file, or a broken one: what was found so far stands
    return {number.decode() for number in found}
