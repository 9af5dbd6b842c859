"""What of a home stands in a backup, at one moment; and the file read back, each entry held against its hash.

Inside the sealed stream: the length of the list (8 bytes), the list as JSON (`facts` of the home, `entries` by name, size and
SHA-256), then the entries' bytes one after the other.
"""

import contextlib
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from locales import N_, Refusal
from warehouse.audit import hash_chain
from warehouse.backup.sealed_stream import Damaged, Opener, Sealer
from warehouse.builds import repository
from warehouse.disclosure import release_log
from warehouse.storage import build_files, format_versions, keys

ACCOUNTS = "accounts.sqlite"
# Jobs and what waits in them, other backups; ledgers of the demo, which are sealed in its builds.
_LEFT_OUT = ("loads", "exports", format_versions.BACKUPS, "ledgers")
_PASSING = re.compile(r"\.(lock|new|wal|upgrade|candidate|tmp)$|\.draft|-(journal|wal|shm)$|(^|/)(running|server\.log|log\.txt)$")
_SAID = ("builds", "published", "accounts", "editions", "counts", "as_of", "town", "has_key")
_AT_ONCE, _READ_WHOLE = 2**20, 4 * 2**20
_LONGEST_LIST = 8 * 2**20  # some 50,000 files; as objects it takes twenty times that
_MOST_PACKED = 200  # times its own size that a backup may hold: a home packs to about a third
Progress = Callable[[float], object]  # given the share that is done


class NoFile(Refusal, ValueError):
    """The backup is not there."""

    says = N_("{file}：没有这个文件。")
    exit_status = 2


class LinkInHome(Refusal):
    """A home holds a link, and what it leads to is not the home's."""

    says = N_("{file}：是链接，不是文件，没有备份。请把它换成它指向的文件，再试一次。")


@dataclass(frozen=True)
class Entry:
    """A file of a home: its bytes, or where to read so many of them from."""

    name: str
    content: bytes | BinaryIO
    size: int

    def parts(self) -> Iterator[bytes]:
        """Return its bytes, part by part."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        self.content.seek(0)
        for at in range(0, self.size, _AT_ONCE):
            part = self.content.read(min(_AT_ONCE, self.size - at))
            if len(part) < min(_AT_ONCE, self.size - at):
                raise OSError(f"shorter than it was: {self.name}")
            yield part


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: `head` is its line in clear, `entries` are name, size, SHA-256."""

    head: dict[str, Any]
    facts: dict[str, Any]
    entries: list[tuple[str, int, str]]


def names(home: Path) -> list[str]:
    """Return the files of a home that a backup holds. Raises LinkInHome."""
    kept = []
    for folder, folders, files in os.walk(home):
        if Path(folder) == home:
            folders[:] = sorted(set(folders) - {*_LEFT_OUT})
        for name in [*folders, *files]:
            path = Path(folder, name)
            if path.is_symlink():
                raise LinkInHome(file=path)
        kept += [Path(folder, name).relative_to(home).as_posix() for name in files]
    return sorted(name for name in kept if not _PASSING.search(name))


@contextmanager
def snapshot(home: Path, has_key: bool) -> Iterator[tuple[str, dict[str, Any], list[Entry]]]:
    """Return the trail's anchor, the facts and the files of a home at one moment; only that moment holds the locks of writers.

    The trail comes last: what the others hold was recorded before. Builds are never changed, so they are read afterwards from where they
    were opened. Raises LoadRunning, LinkInHome, keys.KeyMissing.
    """
    with contextlib.ExitStack() as files:
        with build_files.locked(home, is_brought_up=False), release_log.writing(home), hash_chain.exclusive_lock(home):
            summary = facts(home) | {"has_key": has_key}
            ordered = sorted(names(home), key=lambda name: name.startswith("audit/"))
            entries = [_entry(home, name, files) for name in ordered if name != keys.FILE]
            entries += [_whole(keys.FILE, keys.secret_of(home))] if has_key else []
            anchor = hash_chain.anchor(home)
        yield anchor, summary, entries


def _entry(home: Path, name: str, files: contextlib.ExitStack) -> Entry:
    path = home / name
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path, timeout=10)) as store, closing(sqlite3.connect(":memory:")) as copy:
            store.backup(copy)
            return _whole(name, copy.serialize())
    if path.suffix != ".jsonl" and (size := path.stat().st_size) > _READ_WHOLE:
        return Entry(name, files.enter_context(path.open("rb")), size)
    content = path.read_bytes()
    return _whole(name, content[: content.rfind(b"\n") + 1] if path.suffix == ".jsonl" else content)


def _whole(name: str, content: bytes) -> Entry:
    return Entry(name, content, len(content))


def facts(home: Path) -> dict[str, Any]:
    """What is summary of a home before it is put in the place of another: its builds, what the newest holds, its accounts and editions."""
    build_id = build_files.published(home)
    held: dict[str, Any] = {"builds": sorted(build_files.kept(home)), "published": build_id, "accounts": _accounts(home)}
    held |= {"editions": release_log.count(home), "counts": {}, "as_of": "", "town": []}
    if build_id:
        with closing(repository.Build(build_files.file_of(home, build_id))) as build:
            held["counts"] = {name: build.rows(f"select count(*) as n from {name}")[0]["n"] for name in ("villages", "children", "visits")}  # noqa: S608 — our own names
            held["as_of"] = build.facts.get("as_of", "")
            held["town"] = [row["name"] for row in build.rows("select name from villages order by sort_no limit 3")]
    return held


def _accounts(home: Path) -> list[str]:
    """The names of the accounts that may sign in."""
    if not (home / ACCOUNTS).exists():
        return []
    try:
        with closing(sqlite3.connect(home / ACCOUNTS, timeout=10)) as store:
            return [name for (name,) in store.execute("select name from accounts where not is_disabled order by name")]
    except sqlite3.OperationalError:  # held by a writer for long, or a full disk
        raise
    except sqlite3.DatabaseError as error:
        raise build_files.AccountsDamaged(file=home / ACCOUNTS) from error


def write(stream: BinaryIO, head: dict[str, Any], facts: dict[str, Any], entries: list[Entry], secret: bytes, progress: Progress) -> None:
    """Write a backup."""
    total, done, listed = sum(entry.size for entry in entries) or 1, 0, []
    for entry in entries:
        digest = hashlib.sha256()
        for part in entry.parts():
            digest.update(part)
        listed.append((entry.name, entry.size, digest.hexdigest()))
    sealer, manifest = Sealer(stream, head, secret), json.dumps({"facts": facts, "entries": listed}, ensure_ascii=False).encode()
    sealer.write(len(manifest).to_bytes(8, "big") + manifest)
    for entry in entries:
        for part in entry.parts():
            sealer.write(part)
            done += len(part)
            progress(done / total / 2)
    sealer.close()


def read(path: Path, secret: bytes, into: Path | None = None, progress: Progress = lambda _share: None) -> Manifest:
    """Read a backup to its end, its files into a folder where one is named, each held against its hash.

    Raises NoFile, NoBackup, NotOpened, Damaged, format_versions.NewerFormat, OSError.
    """
    if not path.is_file():
        raise NoFile(file=path)
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        opener = Opener(stream, path.name, secret)
        format_versions.checked(path.name, str(opener.facts["format"]))
        length = int.from_bytes(opener.read(8), "big")
        try:
            written = json.loads(opener.read(length if length <= _LONGEST_LIST else _beyond(path)))
            summary = {name: written["facts"][name] for name in _SAID}
            manifest = Manifest(opener.facts, summary, [(str(name), int(n), str(sha)) for name, n, sha in written["entries"]])
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise Damaged(file=path.name) from error
        _check_names(path, manifest, size * _MOST_PACKED)
        done, total = 0, sum(count for _name, count, _sha256 in manifest.entries)
        for name, count, sha256 in manifest.entries:
            with _target(into / name) if into else contextlib.nullcontext() as target:
                digest = hashlib.sha256()
                for at in range(0, count, _AT_ONCE):
                    part = opener.read(min(_AT_ONCE, count - at))
                    digest.update(part)
                    done += len(part)
                    progress(done / max(total, 1))
                    if target:
                        target.write(part)
                if digest.hexdigest() != sha256:
                    raise Damaged(file=path.name)
                if target:
                    target.flush()
                    os.fsync(target.fileno())
        opener.end()
    return manifest


def _beyond(path: Path) -> int:
    raise Damaged(file=path.name)


def _target(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")


def _check_names(path: Path, manifest: Manifest, most: int) -> None:
    """Refuse entries that no home has: paths that lead out of it, names that one system or another reads as another, sizes beyond `most` bytes."""
    listed = [name for name, _size, _sha256 in manifest.entries]
    is_plain = all(
        re.fullmatch(r"[^\\:*?\"<>|\x00-\x1f]{1,400}", name)
        and PurePosixPath(name).as_posix() == name
        and not PurePosixPath(name).is_absolute()
        and not {".", "..", ""} & {*name.split("/")}
        and name.split("/")[0] not in _LEFT_OUT
        and not _PASSING.search(name)
        for name in listed
    )
    sizes = [count for _name, count, _sha256 in manifest.entries]
    if not is_plain or len({name.casefold() for name in listed}) < len(listed) or min(sizes, default=0) < 0 or sum(sizes) > most:
        raise Damaged(file=path.name)
