"""Receipts of exported files: anybody with a file or a number can check it against the register of editions."""

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.audit import anchors
from warehouse.disclosure import release_log
from warehouse.disclosure.release_log import Receipt
from warehouse.storage import limited_process

_NUMBER = re.compile(rb"\d{8}-\d{4,}-[0-9A-F]{4}")
_SECONDS = 15.0


def receipts(home: Path, who: str = "") -> list[Receipt]:
    """Return all receipts, or those of one person, newest first. Raises ValueError where the register is damaged."""
    return [receipt for edition in _numbered(home) if who in ("", (receipt := Receipt(**edition["receipt"])).who)]


@dataclass(frozen=True)
class Verdict:
    """What the register says of a file: `state` is genuine, part (of a pack, `part` is its name there), altered (a number of ours, other
    bytes), unknown, or exhausting: too much to look through."""

    state: str
    edition: dict[str, Any] | None = None
    part: str = ""

    @property
    def receipt(self) -> Receipt:
        """Return the receipt of the edition."""
        assert self.edition is not None  # noqa: S101 — read only where there is an edition
        return Receipt(**self.edition["receipt"])


def by_number(home: Path, number: str) -> Verdict:
    """Return what the register holds under a number, which is typed: blanks and case do not count. Raises ValueError as `receipts`."""
    number = re.sub(r"\s", "", number).upper()
    edition = next((edition for edition in _numbered(home) if edition["receipt"]["no"] == number), None)
    return Verdict("genuine", edition) if edition else Verdict("unknown")


def by_content(home: Path, content: bytes) -> Verdict:
    """Return whether these bytes were exported. A file that holds one of our numbers and has another hash was altered."""
    editions, own_hash = _numbered(home), release_log.hash_of(content)
    same = next((edition for edition in editions if edition["receipt"]["sha256"] == own_hash), None)
    if same:
        return Verdict("genuine", same)
    pack = next((edition for edition in editions if own_hash in edition["receipt"].get("parts", {})), None)
    if pack:
        return Verdict("part", pack, pack["receipt"]["parts"][own_hash])
    with closing(limited_process.LimitedProcess(_numbers_in)) as process:
        try:
            numbers, is_whole = process.ask(content, limited_process.seconds_for(len(content), 0, _SECONDS))
        except limited_process.Exceeded:
            numbers, is_whole = set(), False
    meant = next((edition for edition in editions if edition["receipt"]["no"] in numbers), None)
    return Verdict("altered", meant) if meant else Verdict("unknown" if is_whole else "exhausting")


def _numbered(home: Path) -> list[dict[str, Any]]:
    every = [*release_log.editions(home), *release_log.editions(home, release_log.INTERNAL_FILE)]
    receipts = [edition for edition in every if edition.get("receipt")]
    return sorted(receipts, key=lambda edition: (edition["receipt"]["at"], edition["receipt"]["no"]), reverse=True)


def _numbers_in(content: bytes) -> tuple[set[str], bool]:
    """Return every text in a file or its parts that looks like a number of ours; whether it was looked through to its end."""
    numbers, size = set[str](), 0
    for text in anchors.texts(content):
        numbers |= {number.decode() for number in _NUMBER.findall(text)}
        size += len(text)
    return numbers, size - len(content) < anchors.MOST
