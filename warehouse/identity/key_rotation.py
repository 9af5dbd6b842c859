"""Changes the key that names are sealed with: every build is sealed again under a new name, then the old key goes.

Pseudonyms stay (keys.py). A build is never replaced under its name, because a reader who has it open would go on with
the old bytes; it gets the next name (`…-k1`) and the pointer moves. Ended anywhere, both keys open what there is, and the same
command goes on from there; the old key goes last, when nothing is sealed by it any more.
"""

import base64
import os
from pathlib import Path
from typing import Any

from warehouse.builds import rewrite
from warehouse.builds.draft import no_half_draft
from warehouse.storage import atomic_write, build_files, keys
from warehouse.storage.build_files import locked
from warehouse.storage.keys import FILE, NEXT, NOW, Key


def proposed() -> str | None:
    """Return a value for TONGXING_NEW_KEY where the key comes from the environment and none is set yet; else None.

    The new key must be kept where the program cannot write before anything is sealed by it, so it is made first. Raises
    KeyMalformed.
    """
    now = keys.from_environment(NOW)
    if not now or keys.from_environment(NEXT):
        return None
    return base64.b64encode(keys.rotated(now)).decode()


def rotate(home: Path) -> list[dict[str, Any]]:
    """Seal every build and candidate by a new key, then forget the old one; one dict per build: build, was."""
    with locked(home), no_half_draft(home):
        key = _begun(home)
        renewed = [_build(home, build_id, key) for build_id in sorted(build_files.kept(home))]
        for build_id in build_files.candidates(home):
            # In its place: nobody holds one open, and the job that made it knows it by its name.
            if _is_old(path := build_files.candidate_of(home, build_id), key):
                _seal(home, path, key, path)
        files = [path for path in (home / "builds").iterdir() if path.suffix in (".duckdb", ".candidate")]
        if not any(_is_old(path, key) for path in files):  # one that a reader holds open under Windows stays for now
            _end(home)
        return [row for row in renewed if row]


def _begun(home: Path) -> Key:
    """Both keys, the new one written down before anything is sealed by it; an interrupted rotation goes on with its own."""
    if keys.from_environment(NOW):
        return Key(keys.environment_secret())
    path = home / FILE
    parts = keys.parts_of(keys.file_secret(path))
    if len(parts) == 2:
        parts = [*keys.parts_of(keys.rotated(b"".join(parts))), parts[1]]
        atomic_write.write_bytes(path, b"".join(parts))
    return Key(b"".join(parts))


def _end(home: Path) -> None:
    """Forget the old key; where the environment holds it, the person does."""
    if not keys.from_environment(NOW):
        parts = keys.parts_of(keys.file_secret(home / FILE))
        atomic_write.write_bytes(home / FILE, b"".join(parts[:2]))
        for path in (home / FILE).parent.glob(f"{Path(FILE).name}.*.new"):  # of a run that was killed, with the old key in it
            path.unlink()


def _is_old(path: Path, key: Key) -> bool:
    """Whether anything in a file is sealed by another key than the newest."""
    return any(not key.is_sealed_anew(associated, sealed) for _table, associated, sealed in rewrite.sealed_rows(path))


def _build(home: Path, build_id: str, key: Key) -> dict[str, Any] | None:
    """Seal one build under its next name, published where it was; None where the new key seals it already."""
    path, name = build_files.file_of(home, build_id), build_files.renewed_name(build_id)
    if not _is_old(path, key):
        return None
    if name not in build_files.kept(home):  # else an interrupted run had come so far
        _seal(home, path, key, build_files.file_of(home, name))
    if build_files.published(home) == build_id:
        build_files.point_to(home, name)
    build_files.remove(path)
    return {"build": name, "was": build_id}


def _seal(home: Path, path: Path, key: Key, target: Path) -> None:
    """Write a build's file sealed by the new key to its target, whole and on the disk before it has that name. Raises DiskFull."""
    draft = home / "builds" / f"{os.getpid()}.draft"
    draft.unlink(missing_ok=True)
    with rewrite.rewritten_copy(path, draft, lambda _table, associated, sealed: key.seal(associated, key.unseal(associated, sealed))):
        pass
    atomic_write.sync(draft)
    draft.replace(target)
