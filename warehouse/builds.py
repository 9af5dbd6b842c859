"""Makes, publishes, opens and rolls back builds: a build is one DuckDB file under its own name, never changed once a small
pointer file names it, so readers and loader never wait for each other.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from warehouse.lock import LoadRunning, locked

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["Build", "Draft", "LoadRunning", "NothingPublished", "UnknownBuild", "begin", "history", "home", "open_build", "open_file", "published", "rollback"]

ROOT = Path(__file__).resolve().parent.parent
SQL = Path(__file__).parent / "sql"
_BUILD_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-z]+")
_OPEN_AT_ONCE = 4


class NothingPublished(RuntimeError):
    """The home has no build in force yet."""

    def __init__(self, home: Path) -> None:
        from locales import _

        super().__init__(_("{home}：还没有发布过任何数据，请先用 python -m etl load 载入台账。").format(home=home))


class UnknownBuild(ValueError):
    """No build of that name is kept."""

    def __init__(self, build_id: str) -> None:
        from locales import _

        super().__init__(_("没有名为“{build}”的版本，请用 python -m warehouse builds 查看现有版本。").format(build=build_id))


def home() -> Path:
    """The folder that holds everything the program writes: TONGXING_HOME, by default `data/` under the project's root."""
    return Path(os.environ.get("TONGXING_HOME") or ROOT / "data").expanduser().resolve()


class Draft:
    """A build being made: a DuckDB file under a temporary name that nobody reads, with all tables created."""

    def __init__(self, home: Path) -> None:
        from warehouse import settings

        self.home = home
        self.keep = int(settings.settings(home)["keep_builds"])
        self.path = home / "builds" / f"{os.getpid()}.draft"
        self.connection = duckdb.connect(str(self.path))
        for path in (SQL / "prelude.sql", *sorted((SQL / "tables").glob("*.sql"))):
            self.connection.execute(path.read_text(encoding="utf-8"))
        settings.lay_in(self.connection, home)

    def fill(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append a frame to a table, columns matched by name; a column the frame lacks stays null."""
        self.connection.register("frame_to_fill", frame)
        try:
            self.connection.execute(f"insert into {table} by name select * from frame_to_fill")
        finally:
            self.connection.unregister("frame_to_fill")

    def close(self) -> None:
        """End writing, so that another process or connection may read the draft at `path` before it is published."""
        self.connection.close()

    def publish(self, name_hash: str) -> str:
        """Put the build in force and return its id `<UTC time>-<first 8 of name_hash>`; killed at any moment, the last one stays."""
        self.close()
        _sync(self.path)
        build_id = self._free_name(name_hash[:8].lower())
        self.path.rename(_file(self.home, build_id))
        _point(self.home, build_id)
        _prune(self.home, self.keep)
        return build_id

    def _free_name(self, short: str) -> str:
        """The present second as name, or the first free one after every build kept: names sort by time."""
        at = dt.datetime.now(dt.UTC)
        newest = max(_kept(self.home), default="")
        while (stamp := at.strftime("%Y%m%dT%H%M%SZ")) <= newest[:16]:
            at += dt.timedelta(seconds=1)
        return f"{stamp}-{short}"


@contextmanager
def begin(home: Path) -> Iterator[Draft]:
    """A new draft inside the block, deleted at its end unless published. Raises LoadRunning while another load runs."""
    with locked(home):
        _remove_drafts(home)  # whoever made them no longer holds the lock: it is dead
        try:
            draft = Draft(home)
            try:
                yield draft
            finally:
                draft.close()
        finally:
            _remove_drafts(home)


def published(home: Path) -> str | None:
    """The id of the build in force; None where none is."""
    pointer = home / "builds" / "published"
    build_id = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else ""
    return build_id if build_id in _kept(home) else None


def history(home: Path) -> list[dict]:
    """The builds kept, newest first: build, published_at (UTC), bytes, is_published."""
    now = published(home)
    return [
        {
            "build": build_id,
            "published_at": dt.datetime.strptime(build_id[:16], "%Y%m%dT%H%M%SZ").strftime("%Y-%m-%dT%H:%M:%SZ"),
            "bytes": _file(home, build_id).stat().st_size,
            "is_published": build_id == now,
        }
        for build_id in sorted(_kept(home), reverse=True)
    ]


def rollback(home: Path, build_id: str) -> None:
    """Put a kept build in force again. Raises UnknownBuild, or LoadRunning while a load runs."""
    with locked(home):
        if build_id not in _kept(home):
            raise UnknownBuild(build_id)
        _point(home, build_id)


class Build:
    """A published build, read-only; safe to share between threads, as each query takes a cursor of its own."""

    def __init__(self, path: Path) -> None:
        self.id = path.stem
        self.path = path
        self._connection = duckdb.connect(str(path), read_only=True)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor for one query; close it, or use it in a with block."""
        return self._connection.cursor()

    def rows(self, sql: str, params: Mapping[str, object] | list | None = None) -> list[dict]:
        """The rows of a query, each a dict in column order."""
        with self.cursor() as cursor:
            found = cursor.execute(sql, params if params else None)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @cached_property
    def facts(self) -> dict[str, str]:
        """Table build_facts: name to value (loaded_at, as_of, …), all text, with build_id from the file's name."""
        told = {row["name"]: row["value"] for row in self.rows("select name, value from build_facts")}
        return told | {"build_id": self.id}

    def close(self) -> None:
        """Let go of the file; only for a build that nobody shares (open_file)."""
        self._connection.close()


_builds: OrderedDict[Path, Build] = OrderedDict()
_opening = threading.Lock()


def open_file(path: Path) -> Build:
    """A build by its path, a draft before it is published too; not shared, its opener closes it."""
    return Build(path)


def open_build(home: Path, build_id: str | None = None) -> Build:
    """A build to read, by default the one in force; one connection per process and file.

    Raises NothingPublished, or UnknownBuild for an id that is not kept.
    """
    if build_id is not None and build_id not in _kept(home):
        raise UnknownBuild(build_id)
    chosen = build_id or published(home)
    if chosen is None:
        raise NothingPublished(home)
    path = _file(home, chosen).resolve()
    with _opening:
        if path not in _builds:
            _builds[path] = Build(path)
        _builds.move_to_end(path)
        while len(_builds) > _OPEN_AT_ONCE:  # let go of, not closed: a page may still be reading it
            _builds.popitem(last=False)
        return _builds[path]


def _file(home: Path, build_id: str) -> Path:
    """Where a build stands."""
    return home / "builds" / f"{build_id}.duckdb"


def _kept(home: Path) -> set[str]:
    """Ids of the builds that stand in the home."""
    return {path.stem for path in (home / "builds").glob("*.duckdb") if _BUILD_ID.fullmatch(path.stem)}


def _point(home: Path, build_id: str) -> None:
    """Replace the pointer file in one step."""
    fresh = home / "builds" / "published.new"
    fresh.write_text(build_id + "\n", encoding="utf-8")
    _sync(fresh)
    fresh.replace(home / "builds" / "published")


def _sync(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _prune(home: Path, keep: int) -> None:
    """Remove all but the newest `keep` builds and the one in force."""
    for build_id in set(sorted(_kept(home), reverse=True)[keep:]) - {published(home)}:
        _remove(_file(home, build_id))


def _remove_drafts(home: Path) -> None:
    """Remove drafts and their write-ahead logs."""
    for path in (home / "builds").glob("*.draft*"):
        _remove(path)


def _remove(path: Path) -> None:
    """Delete a file; one that a reader holds open under Windows stays until a later load."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        return
