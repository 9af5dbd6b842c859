"""Anchors of the audit trail (its length, how its last hash begins), kept in builds, receipts and a second place: its loss is missed."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import duckdb

from warehouse.audit import hash_chain
from warehouse.settings import local_time, settings
from warehouse.storage import atomic_write, build_files

_ANCHOR = re.compile(rb"\bA\d{1,12}-[0-9a-f]{16}\b")
_TYPED = re.compile(r"((?:A\d+-)?[0-9a-f]{16})[0-9a-f]{0,48}", re.IGNORECASE)
_RECEIPT = re.compile(rb'(?m)^\{"receipt":\{"no":"([^"]*)".*?"anchor":"(A\d+-[0-9a-f]{16})"')
MOST = 64 * 2**20  # bytes of one file that are looked through, packed and unpacked
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError)  # what no packed file, or a broken one, raises


def kept(home: Path) -> list[tuple[str, str]]:
    """Return (anchor, where it is kept) of builds, the second place and the register of editions; no anchor of what cannot be read."""
    second, pairs = settings.kept(home)["anchor_folder"], []
    daily = [Path(second)] if second and not Path(second).is_dir() else Path(second or home / "builds").glob("*.txt")
    for path in [*(build_files.file_of(home, build_id) for build_id in build_files.kept(home)), *daily]:
        try:
            pairs += [(anchor, path.stem) for anchor in _in_file(path)]
        except (OSError, duckdb.Error):
            pairs.append(("", str(path)))
    for path in (home / "publications").glob("*.jsonl"):
        pairs += [(receipt[2].decode(), receipt[1].decode()) for receipt in _RECEIPT.finditer(path.read_bytes())]
    return pairs


def compared(text: str) -> list[tuple[str, str]]:
    """Return (anchor, where it stands) of a file, or of a hash that somebody types; nothing where it is neither, or holds none."""
    if typed := _TYPED.fullmatch(text.strip()):
        return [(typed[1].lower(), text.strip())]
    with suppress(OSError, duckdb.Error):
        return [(anchor, Path(text).name) for anchor in _in_file(Path(text))]
    return []


def texts(content: bytes) -> Iterator[bytes]:
    """A file, and the parts of a packed one (.xlsx, .docx, .zip) up to a bound."""
    yield content
    left = MOST
    with suppress(*_BROKEN), zipfile.ZipFile(io.BytesIO(content)) as pack:
        for part in pack.infolist():
            with pack.open(part) as stream:
                text = stream.read(left)
            left -= len(text)
            yield text


def write_daily(home: Path) -> bool:
    """Write the day's anchor to the second place unless it is there; whether it is, or no place is set."""
    folder, anchor = settings.kept(home)["anchor_folder"], hash_chain.anchor(home)
    path = Path(folder, f"{local_time.today(home)}.txt")
    with suppress(OSError):
        if folder and anchor and not path.exists():
            atomic_write.write_bytes(path, f"{anchor}\n".encode())
        return True
    return False


def _in_file(path: Path) -> list[str]:
    """The anchors in a file, a build's by its facts. Raises OSError, duckdb.Error."""
    with path.open("rb") as stream:
        begin = stream.read(12)
        if begin[8:] != b"DUCK" and path.suffix != ".duckdb":
            return sorted({anchor.decode() for text in texts(begin + stream.read(MOST)) for anchor in _ANCHOR.findall(text)})
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        return [value for (value,) in connection.execute("select value from build_facts where name = 'anchor' and value <> ''").fetchall()]
