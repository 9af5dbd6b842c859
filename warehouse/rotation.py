"""Changes the key that names are sealed with: every build is sealed anew under a new name, then the old key goes.

Pseudonyms stay (identities.py). A build is never replaced under its name, because a reader who has it open would go on with
the old bytes; it gets the next name (`…-k1`) and the pointer moves. Ended anywhere, both keys open what stands, and the same
command goes on from there; the old key goes last, when nothing is sealed by it any more.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

import duckdb

from warehouse import anew, identities, shelf
from warehouse.drafts import is_unwritten
from warehouse.identities import FILE, NEXT, NOW, Key
from warehouse.lock import locked


def proposed() -> str | None:
    """A value for TONGXING_NEW_KEY where the key comes from the environment and none is told yet; else None.

    The new key must stand where the program cannot write before anything is sealed by it, so it is made first. Raises
    KeyMalformed.
    """
    now = identities.from_environment(NOW)
    if not now or identities.from_environment(NEXT):
        return None
    return base64.b64encode(identities.rotated(now)).decode()


def rotate(home: Path) -> list[dict]:
    """Seal every build and candidate anew by a new key, then forget the old one; one dict per build: build, was.

    Raises KeyMissing, KeyMalformed, WrongNewKey, WrongKey where a build is sealed by neither key, LoadRunning, DiskFull.
    """
    with locked(home):
        shelf.remove_drafts(home)
        key = _begun(home)
        renewed = [_build(home, build_id, key) for build_id in sorted(shelf.kept(home))]
        for build_id in shelf.candidates(home):
            _candidate(home, build_id, key)
        if not any(_is_old(path, key) for path in _files(home)):  # one that a reader holds open under Windows stays for now
            _end(home)
        return [row for row in renewed if row]


def _begun(home: Path) -> Key:
    """Both keys, the new one written down before anything is sealed by it; an interrupted rotation goes on with its own."""
    if identities.from_environment(NOW):
        return Key(identities.told_secret())
    path = home / FILE
    parts = identities.parts_of(identities.written_secret(path))
    if len(parts) == 2:
        parts = [*identities.parts_of(identities.rotated(b"".join(parts))), parts[1]]
        identities.replace_written(path, b"".join(parts))
    return Key(b"".join(parts))


def _end(home: Path) -> None:
    """Forget the old key; where the environment holds it, the person does."""
    if not identities.from_environment(NOW):
        parts = identities.parts_of(identities.written_secret(home / FILE))
        identities.replace_written(home / FILE, b"".join(parts[:2]))


def _files(home: Path) -> list[Path]:
    """Everything that holds seals."""
    return [path for path in (home / "builds").iterdir() if path.suffix in (".duckdb", ".candidate")]


def _is_old(path: Path, key: Key) -> bool:
    """Whether anything in a file is sealed by another key than the newest."""
    return any(not key.is_sealed_anew(associated, sealed) for _table, associated, sealed in anew.sealed_rows(path))


def _build(home: Path, build_id: str, key: Key) -> dict | None:
    """One build under its next name, in force where it was; None where it is sealed anew already."""
    path, name = shelf.file_of(home, build_id), shelf.renewed_name(build_id)
    if not _is_old(path, key):
        return None
    if name not in shelf.kept(home):  # else an interrupted run had come so far
        _seal(home, path, key).replace(shelf.file_of(home, name))
    if shelf.published(home) == build_id:
        shelf.point_to(home, name)
    shelf.remove(path)
    return {"build": name, "was": build_id}


def _candidate(home: Path, build_id: str, key: Key) -> None:
    """A candidate in its place: nobody holds one open, and the job that made it knows it by its name."""
    path = shelf.candidate_of(home, build_id)
    if _is_old(path, key):
        _seal(home, path, key).replace(path)


def _seal(home: Path, path: Path, key: Key) -> Path:
    """A file sealed anew, whole and on the disk, under a draft's name. Raises DiskFull."""
    draft = home / "builds" / f"{os.getpid()}.draft"
    draft.unlink(missing_ok=True)
    try:
        with anew.written(path, draft, lambda _table, associated, sealed: key.seal(associated, key.unseal(associated, sealed))):
            pass
        shelf.sync(draft)
    except (duckdb.Error, OSError) as error:
        shelf.remove_drafts(home)
        if is_unwritten(error):
            raise shelf.DiskFull(home) from error
        raise
    return draft
