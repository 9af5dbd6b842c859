"""Format versions: a home and each of its builds say theirs; an older one is brought up step by step, a newer one is refused.

Format 1 is that of program 1.0.0, which wrote no version. Who changes what a home or a build holds adds a step to STEPS.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from locales import N_, Refusal
from warehouse.storage import atomic_write, file_lock

FILE, FACT = "format", "format"  # a home's file, and a build's row in build_facts
BACKUPS = "backups"
_PATIENCE = 600.0  # seconds to wait for another process that brings the home up


class NewerFormat(Refusal):
    """A home or build was written by a newer program."""

    says = N_("{place}：是更新的程序写的（格式 {version}，本程序只认到格式 {known}），没有打开，也没有改动；请改用新的程序。")


@dataclass(frozen=True)
class Step:
    """What leads from one format to the next: `build` changes a copy of each build, `home` the files named in `files`."""

    build: Callable[[duckdb.DuckDBPyConnection], object] | None = None
    home: Callable[[Path], object] | None = None
    files: tuple[str, ...] = ()


def _add_village_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Give villages a beginning and an end (format 2), none of which an older build knows."""
    for column in ("since date", "until date", "merged_into varchar"):
        connection.execute(f"alter table villages add column if not exists {column}")


STEPS: tuple[Step, ...] = (Step(build=_add_village_days),)  # the first leads from format 1 to format 2


def current() -> int:
    """Return the format that this program writes."""
    return 1 + len(STEPS)


def version_of_home(home: Path) -> int:
    """Return a home's format. Raises NewerFormat."""
    path = home / FILE
    return checked(home, path.read_text(encoding="utf-8").strip() if path.exists() else "1")


def version_of_build(build_id: str, facts: dict[str, str]) -> int:
    """Return a build's format by its build_facts. Raises NewerFormat."""
    return checked(build_id, facts.get(FACT) or "1")


def checked(place: object, version: str) -> int:
    """Return a version that this program knows; what is no number is none."""
    if not (version.isascii() and version.isdecimal() and 1 <= int(version) <= current()):
        raise NewerFormat(place=place, version=version, known=current())
    return int(version)


def bring_up(home: Path) -> None:
    """Bring a home and all its builds to the current format; what changes is copied to `backups/` first.

    Each build is replaced as a whole, so one that breaks off goes on at the next start. Raises NewerFormat, and TimeoutError where
    another process takes too long.
    """
    if version_of_home(home) == current():
        return
    (home / "builds").mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock.exclusive(home / "builds" / "format.lock", seconds=_PATIENCE):
        version = version_of_home(home)
        for path in sorted((home / "builds").iterdir()):
            if path.suffix in (".duckdb", ".candidate"):
                _bring_up_build(home, path)
        for step in STEPS[version - 1 :]:
            for name in step.files:
                _back_up(home, home / name, version)
            if step.home:
                step.home(home)
        write_version(home)


def write_version(home: Path) -> None:
    """Write the current format into a home that says none, or an older one."""
    atomic_write.write_bytes(home / FILE, f"{current()}\n".encode())


def bring_up_build(home: Path, path: Path) -> None:
    """Bring one build to the current format, as where an older one was put back among the others."""
    with file_lock.exclusive(home / "builds" / "format.lock", seconds=_PATIENCE):
        _bring_up_build(home, path)


def _bring_up_build(home: Path, path: Path) -> None:
    """Take the steps on a copy of a build, which then replaces it; readers who have the old file open go on with it."""
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        rows = connection.execute("select value from build_facts where name = ?", [FACT]).fetchall()
    version = checked(path.stem, rows[0][0] if rows else "1")
    if version == current():
        return
    _back_up(home, path, version)
    fresh = path.with_suffix(".upgrade")
    try:
        shutil.copyfile(path, fresh)
        with closing(duckdb.connect(str(fresh))) as connection:
            connection.begin()
            for step in STEPS[version - 1 :]:
                if step.build:
                    step.build(connection)
            connection.execute("delete from build_facts where name = ?", [FACT])
            connection.execute("insert into build_facts values (?, ?)", [FACT, str(current())])
            connection.commit()
        atomic_write.sync(fresh)
        atomic_write.replace_atomically(fresh, path)
    finally:
        for left in path.parent.glob(f"{fresh.name}*"):
            left.unlink()


def _back_up(home: Path, path: Path, version: int) -> None:
    copy = home / BACKUPS / f"format-{version}" / path.relative_to(home)
    if path.exists() and not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write.write_bytes(copy, path.read_bytes())
