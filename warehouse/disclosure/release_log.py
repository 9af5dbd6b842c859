"""The register of exported files, each with its receipt and every figure it shows; no names. It only grows.

Public editions stand in `publications/editions.jsonl`. A reader of a new one holds the earlier ones beside it; `before` says what that
reader knows. Internal editions stand in `publications/internal.jsonl`: nobody outside holds them, so no plan ever reads that file.
A file holds its own number, so the register keeps what the file cannot: the hash of its bytes (SHA-256, FIPS 180-4).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import secrets
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from locales import N_, Refusal
from warehouse.audit import hash_chain, trail
from warehouse.disclosure.disclosure_risk import Cell
from warehouse.disclosure.suppression import Before
from warehouse.settings import local_time
from warehouse.storage import atomic_write, build_files, file_lock

FOLDER, FILE, INTERNAL_FILE = "publications", "editions.jsonl", "internal.jsonl"
INTERNAL, PUBLIC = "internal", "public"  # editions: true figures for the reader's own work; small counts withheld, to be handed on
SUMS = "SHA256SUMS"  # of a packed file of ours: a line for each of its parts, as sha256sum writes them
_PATIENCE = 10.0  # seconds to wait for another export to be written


class RegisterBusy(Refusal):
    """Another export is being written, for longer than one waits."""

    says = N_("另一份导出正在登记，请过一会儿再试。")


class Damaged(Refusal, ValueError):
    """A line of the register cannot be read, so nobody can say what was published before."""

    says = N_("{file}：有一行读不出来，无法核对以前公布过什么。请从备份恢复这个文件后再导出。")


@dataclass(frozen=True)
class Order:
    """What an export is asked for: build, day, form, for whom, edition, `filters` as texts by name, the village that a file is of alone."""

    build: str
    as_of: dt.date
    form: str
    who: str
    role: str
    filters: Mapping[str, str] = field(default_factory=dict)
    edition: str = PUBLIC
    place: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What the register says of one edition; `sha256` and `size` (bytes) are empty until the file is written. `at` is UTC.

    `parts`: of a pack, the names of its parts by their hashes, so that a single part can be recognised too. Receipts from before there
    were internal editions name none: they are public. `anchor` is the trail's before the file's own entry, which holds the hash of its bytes.
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
    edition: str = PUBLIC
    anchor: str = trail.NOBODY

    def sealed(self, content: bytes) -> Receipt:
        """Return the receipt with the hash, size and parts of the finished file."""
        return replace(self, sha256=hash_of(content), size=len(content), parts=_parts(content))


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Hold the register inside the block, so that no edition is planned without the one before. Raises RegisterBusy."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock.exclusive(folder / "writing.lock", RegisterBusy, _PATIENCE):
        yield


def issue(home: Path, order: Order) -> Receipt:
    """Return the receipt of the next edition, without its hash and not to be guessed; call it inside `writing`, so that numbers differ."""
    now = dt.datetime.now(dt.UTC)
    no = f"{now.astimezone(local_time.zone(home)):%Y%m%d}-{count(home) + 1:04}-{secrets.token_hex(2).upper()}"
    at = now.isoformat(timespec="seconds")
    named, anchor = (order.form, order.who, order.role, dict(order.filters)), hash_chain.anchor(home) or trail.NOBODY
    return Receipt(no, at, order.build, program(), str(order.as_of), *named, edition=order.edition, anchor=anchor)


def append(home: Path, receipt: Receipt, entry: Mapping[str, Any]) -> None:
    """Append an edition, `entry` as release.py lists it, and wait until it is on the disk; call it inside `writing`."""
    line = json.dumps({"receipt": asdict(receipt), **entry}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    path = home / FOLDER / (FILE if receipt.edition == PUBLIC else INTERNAL_FILE)
    atomic_write.append_line(path, line)


class Earlier(NamedTuple):
    """What a file of the register says, up to which byte, its last line, how many lines; of public editions also (metric, group, day) of
    their tables, by cell the values ever shown with the last one last, by series the newest day and value, the protected cells."""

    end: int = 0
    line: bytes = b""
    lines: int = 0
    tables: frozenset[Any] = frozenset()
    values: Mapping[Any, tuple[Any, ...]] = {}
    newest: Mapping[Any, tuple[str, Any]] = {}
    guarded: frozenset[Any] = frozenset()


_looks: dict[tuple[Path, bool], Earlier] = {}


def earlier(home: Path, file: str = FILE, is_read: bool = True) -> Earlier:
    """Return what a file says, read on from the last look, or whole where it is another file; counted alone unless `is_read`."""
    path = home / FOLDER / file
    before = _looks.get((path, is_read), Earlier())
    if not path.exists():
        return Earlier()
    with path.open("rb") as stream:
        stream.seek(before.end - len(before.line))
        if stream.read(len(before.line)) != before.line:
            before = Earlier()
            stream.seek(0)
        lines = stream.read().split(b"\n")[:-1]
    if lines:
        end = before.end + sum(len(line) + 1 for line in lines)
        before = before._replace(end=end, line=lines[-1] + b"\n", lines=before.lines + len(lines))
        try:
            before = _looks[path, is_read] = _with_editions(before, map(json.loads, lines)) if is_read else before
        except ValueError as error:
            raise Damaged(file=file) from error
    return before


def _with_editions(before: Earlier, editions: Iterable[Mapping[str, Any]]) -> Earlier:
    tables, guarded, values, newest = set(before.tables), set(before.guarded), dict(before.values), dict(before.newest)
    for edition in editions:
        tables.update(map(tuple, edition["tables"]))
        guarded.update(map(tuple, edition["guarded"]))
        for *names, value in edition["cells"]:
            key = tuple(names)
            values[key] = (*(other for other in values.get(key, ()) if other != value), value)
            newest[key[:3]] = key[3], value
    return before._replace(tables=frozenset(tables), values=values, newest=newest, guarded=frozenset(guarded))


def editions(home: Path, file: str = FILE) -> list[dict[str, Any]]:
    """Return all public editions, or those of the other file, oldest first. Raises Damaged."""
    path = home / FOLDER / file
    try:
        return [json.loads(line) for line in atomic_write.read_lines(path)]
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise Damaged(file=file) from error


def count(home: Path) -> int:
    """Return how many editions of both kinds the register holds."""
    return sum(earlier(home, file, is_read=False).lines for file in (FILE, INTERNAL_FILE))


def state(home: Path) -> str:
    """Return what changes with every public edition: the size and the time of its file."""
    path = home / FOLDER / FILE
    return f"{path.stat().st_size}-{path.stat().st_mtime_ns}" if path.exists() else ""


def before(register: Earlier, cells: Mapping[Any, Cell]) -> Before:
    """Return what a reader with all earlier editions in hand knows of the cells of a new one.

    A cell disclosed for the same day as it still is, is known; one withheld last time stays withheld; one that was protected
    stays so. Cells of which the last edition of another day shows the same number are what a reader would guess.
    """
    disclosed = {key for key, cell in cells.items() if cell.value in register.values.get(key, ())}
    held = {key for key in cells if None in register.values.get(key, ())[-1:]} - disclosed
    guessed = set()
    for key, cell in cells.items():
        day, value = register.newest.get(key[:3], (key[3], None))
        if cell.value and day != key[3] and value == cell.value:
            guessed.add(key)
    return Before(frozenset(disclosed), frozenset(held), register.guarded.intersection(cells), frozenset(guessed - disclosed))


def _parts(content: bytes) -> dict[str, str]:
    """Return the names of a pack's parts by their hashes, from its own list; nothing of a file without a list."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        lines = packed.read(SUMS).decode().splitlines() if SUMS in packed.namelist() else []
    return {line[:64]: line[66:] for line in lines}


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a file, as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


@cache
def program() -> str:
    """Return the program's own version."""
    return str(tomllib.loads((build_files.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
