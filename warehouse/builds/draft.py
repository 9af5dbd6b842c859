"""A build being made, until it is published, kept as a candidate, or left."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from warehouse.audit import hash_chain
from warehouse.settings import settings
from warehouse.storage import atomic_write, build_files, format_versions

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

SQL = Path(__file__).parents[1] / "sql"
PRELUDE = Path(build_files.__file__).with_name("duckdb_prelude.sql")


class Draft:
    """A build being made: a DuckDB file under a temporary name that nobody reads, with all tables created."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.keep = int(settings.settings(home)["keep_builds"])
        self.path = home / "builds" / f"{os.getpid()}.draft"
        self.connection = duckdb.connect(str(self.path))
        self.connection.begin()  # in one transaction 40 ms, table by table 270 ms
        for path in (PRELUDE, *sorted((SQL / "tables").glob("*.sql"))):
            self.connection.execute(path.read_text(encoding="utf-8"))
        settings.write_settings(self.connection, home)
        facts = f"('{format_versions.FACT}', '{format_versions.current()}'), ('anchor', '{hash_chain.anchor(home)}')"
        self.connection.execute(f"insert into build_facts values {facts}")  # noqa: S608 — our own; bound values make duckdb import pandas
        self.connection.commit()

    def fill(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append a frame to a table, columns matched by name; a column the frame lacks stays null."""
        self.connection.register("frame_to_fill", frame)
        try:
            self.connection.execute(f"insert into {table} by name select * from frame_to_fill")  # noqa: S608 — our own name
        finally:
            self.connection.unregister("frame_to_fill")

    def close(self) -> None:
        """End writing, so that another process or connection may read the draft at `path` before it is published."""
        self.connection.close()

    def publish(self, name_hash: str) -> str:
        """Publish the build (before, or wholly) and return its id, `<UTC time>-<first 8 of name_hash>`."""
        build_id = self._finished(name_hash)
        build_files.activate(self.home, self.path, build_id)
        build_files.prune(self.home, self.keep)
        return build_id

    def stage(self, name_hash: str) -> str:
        """Keep the build as the home's one candidate, which nobody reads as published, and return its id."""
        build_id = self._finished(name_hash)
        self.path.rename(self.home / "builds" / f"{build_id}.candidate")
        for other in build_files.candidates(self.home) - {build_id}:
            build_files.remove(self.home / "builds" / f"{other}.candidate")
        build_files.prune(self.home, self.keep)  # here, because publishing it reads no settings
        return build_id

    def note(self, facts: Mapping[str, str | None]) -> None:
        """Add to build_facts; after `close` too, while nobody else has the draft open."""
        with duckdb.connect(str(self.path)) as connection:
            connection.executemany("insert into build_facts values (?, ?)", list(facts.items()))

    def _finished(self, name_hash: str) -> str:
        """All on the disk; the build's id."""
        self.close()
        atomic_write.sync(self.path)
        return free_name(self.home, name_hash[:8].lower())


def free_name(home: Path, short: str) -> str:
    """The present second as name, or the first free one after every build kept: names sort by time."""
    at = dt.datetime.now(dt.UTC)
    newest = max(build_files.kept(home) | build_files.candidates(home), default="")
    while (stamp := at.strftime("%Y%m%dT%H%M%SZ")) <= newest[:16]:
        at += dt.timedelta(seconds=1)
    return f"{stamp}-{short}"


@contextmanager
def no_half_draft(home: Path) -> Iterator[None]:
    """Remove the drafts of a home where the block fails or leaves one; raises DiskFull where the disk takes no more."""
    try:
        yield
    except Exception as error:
        if atomic_write.is_disk_full(error):
            raise build_files.DiskFull from error
        raise
    finally:
        build_files.remove_drafts(home)
