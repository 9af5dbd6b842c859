"""How the trail is written: lines of canonical JSON, each with an HMAC over itself and the one before, and a head that names the last."""

import hmac
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any

from warehouse.storage import atomic_write, file_lock, keys

TRAIL, HEAD, KEY = "audit/trail.jsonl", "audit/head", "keys/audit.key"  # of a home: the entries, the head, the trail's own key
START = "0" * 64  # the hash before the first entry
_TEXTS = ("at", "who", "role", "source", "act", "before", "hash")
DIGITS = 16  # of a hash that an anchor holds
WAIT_SECONDS = 10.0
_turn = threading.Lock()  # the threads of a process queue here, and one of them waits for other processes


def is_begun(home: Path) -> bool:
    """Whether anything of a trail is there."""
    return (home / TRAIL).exists() or (home / HEAD).exists()


def secret(home: Path) -> bytes:
    """The trail's key, made where no trail has begun; a trail without its key goes on under no other, or old entries could be forged."""
    return keys.secret_in(home / KEY, create=not is_begun(home))


@contextmanager
def exclusive_lock(home: Path) -> Iterator[None]:
    """Hold the trail against other threads and processes inside the block. Raises OSError where it is not to be had in time."""
    for folder in (home, home / "audit"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise TimeoutError
    try:
        with file_lock.exclusive(home / "audit" / "writing.lock", seconds=WAIT_SECONDS):
            yield
    finally:
        _turn.release()


@dataclass(frozen=True)
class Head:
    """The last entry: its number, its hash, and where in the file it ends."""

    no: int = 0
    hash: str = START
    size: int = 0


def canonical(fields: dict[str, Any]) -> bytes:
    """One way to write the same fields: sorted, without blanks, UTF-8."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed(fields: dict[str, Any], key: bytes) -> str:
    """The HMAC-SHA-256 over fields, as hex digits."""
    return hmac.digest(key, canonical(fields), "sha256").hex()


def line_of(fields: dict[str, Any], after: Head, key: bytes) -> tuple[bytes, Head]:
    """An entry's line when it follows another, and the head that names it (its `size` as if it stood right after)."""
    entry = fields | {"no": after.no + 1, "before": after.hash}
    entry["hash"] = signed(entry, key)
    line = canonical(entry) + b"\n"
    return line, Head(entry["no"], entry["hash"], after.size + len(line))


def parsed(line: bytes) -> dict[str, Any] | None:
    """The entry in a line (without its end), whether or not its hash is right; None where it is no entry as we write them."""
    try:
        entry = json.loads(line)
        is_plain = isinstance(entry, dict) and entry.keys() == {"no", "about", *_TEXTS} and canonical(entry) == line
    except (ValueError, RecursionError):
        return None
    if not is_plain or type(entry["no"]) is not int or not isinstance(entry["about"], dict):
        return None
    texts = [*(entry[name] for name in _TEXTS), *entry["about"].values()]
    return entry if all(isinstance(text, str) for text in texts) else None


def verifies(entry: dict[str, Any], key: bytes) -> bool:
    """Whether an entry's hash is that of its content under the key."""
    content = {name: value for name, value in entry.items() if name != "hash"}
    return hmac.compare_digest(signed(content, key).encode(), entry["hash"].encode())


def lines(home: Path, size: int | None = None) -> Iterator[bytes]:
    """The lines of the trail up to `size` bytes, each with its end; none where there is no trail."""
    with suppress(FileNotFoundError), (home / TRAIL).open("rb") as stream:
        left = os.fstat(stream.fileno()).st_size if size is None else size
        while left > 0 and (line := stream.readline(left)):
            yield line
            left -= len(line)


def read_head(home: Path, key: bytes) -> Head | None:
    """The head; None where there is none, or it is not ours."""
    try:
        fields = json.loads((home / HEAD).read_bytes())
        mac = fields.pop("mac")
        head = Head(**fields)
        is_ours = hmac.compare_digest(signed(fields, key), mac)
    except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return head if is_ours else None


def anchor(home: Path) -> str:
    """The head in short, to be kept elsewhere (anchors.py); empty where no trail has begun, or its head or key is lost."""
    try:
        head = read_head(home, secret(home)) if is_begun(home) else None
    except (OSError, keys.KeyMissing, keys.KeyMalformed):
        return ""
    return f"A{head.no}-{head.hash[:DIGITS]}" if head else ""


def write_head(home: Path, head: Head, key: bytes) -> None:
    """Replace the head in one step."""
    fields = {"no": head.no, "hash": head.hash, "size": head.size}
    atomic_write.write_bytes(home / HEAD, canonical(fields | {"mac": signed(fields, key)}))


def append(home: Path, entries: list[dict[str, Any]], after: Head, key: bytes) -> Head:
    """Write entries behind the one that `after` names, and the head, on the disk; what cannot be written whole is taken back (OSError)."""
    with open(home / TRAIL, "ab+", buffering=0, opener=partial(os.open, mode=0o600)) as stream:
        last, begins = _end(stream, after, key)
        text = b""
        for fields in entries:
            line, last = line_of(fields, last, key)
            text += line
        try:
            if stream.write(text) != len(text):
                raise OSError("not written whole")
            os.fsync(stream.fileno())
            write_head(home, last, key)
        except OSError:
            with suppress(OSError):
                if read_head(home, key) != last:
                    stream.truncate(begins)
            raise
    return last


def _end(stream: FileIO, head: Head, key: bytes) -> tuple[Head, int]:
    """The entry that the next one follows, and where the file ends once what a killed writer left is tidied up.

    A writer killed before it replaced the head left a whole entry, which is kept, or a line without its end, which is
    removed: its act never happened. All else stays, because somebody else wrote it and `verify` shows it.
    """
    end = stream.seek(0, os.SEEK_END)
    at = min(head.size, end)
    start = stream.seek(max(at - 1, 0))
    rest = stream.read(end - start)
    before, rest = (rest[:1], rest[1:]) if at else (b"\n", rest)
    *whole, torn = rest.split(b"\n")
    last = head
    for line in whole:
        entry = parsed(line)
        if entry and entry["no"] > last.no and verifies(entry, key):
            last = Head(entry["no"], entry["hash"])
    if torn and (whole or before == b"\n"):
        end -= len(torn)
        stream.truncate(end)
    elif not whole and (torn or before != b"\n"):
        end += stream.write(b"\n") or 0
    return Head(last.no, last.hash, end), end
