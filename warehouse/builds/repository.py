"""Opens, publishes and rolls back builds: a DuckDB file each, never changed once the pointer names it, so that nobody waits."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from warehouse.audit import trail
from warehouse.builds.draft import Draft, no_half_draft
from warehouse.sql import compose
from warehouse.sql.day_cache import FEW_DAYS, MOST_DAYS, Days, Sql
from warehouse.storage import build_files, format_versions
from warehouse.storage.build_files import MovedOn, NothingPublished, UnknownBuild, locked, published

_OPEN_AT_ONCE = 4
_SMALL = 128 * 2**20  # bytes; the demo town's build has 20 MiB
_MEMORY = "1600MiB"  # of duckdb for one build, which keeps five metrics of a million children under 2 GiB; the rest is put beside the file


@contextmanager
def draft(home: Path) -> Iterator[Draft]:
    """A new draft inside the block, deleted at its end unless published; the home's lock is held. Raises DiskFull."""
    build_files.remove_drafts(home)  # their makers no longer hold the lock: they are dead
    with no_half_draft(home):
        new_draft = Draft(home)
        try:
            yield new_draft
        finally:
            new_draft.close()


def publish_candidate(home: Path, build_id: str, recorder: trail.Recorder = trail.by_command) -> None:
    """Publish a candidate while the build that it was compared with is still the published one; `recorder` writes who does so first."""
    with locked(home):
        with closing(Build(build_files.candidate_of(home, build_id))) as candidate:
            stands_on = candidate.facts.get("base")
        now = published(home)
        if (stands_on and build_files.origin(stands_on)) != (now and build_files.origin(now)):
            raise MovedOn
        recorder(home, "publish", {"build": build_id})
        build_files.activate(home, candidate.path, build_id)


def drop_candidate(home: Path, build_id: str, recorder: trail.Recorder = trail.by_command, job: str = "") -> None:
    """Remove a candidate that shall not be published; `recorder` writes who does so first, and of which job."""
    candidate = build_files.candidate_of(home, build_id)
    recorder(home, "leave", {"build": build_id, "job": job})
    candidate.unlink()


def history(home: Path) -> list[dict[str, Any]]:
    """The builds kept, newest first: build, published_at (UTC), bytes, is_published."""
    now = published(home)
    return [
        {
            "build": build_id,
            "published_at": dt.datetime.strptime(build_id[:16], "%Y%m%dT%H%M%SZ").strftime("%Y-%m-%dT%H:%M:%SZ"),
            "bytes": build_files.file_of(home, build_id).stat().st_size,
            "is_published": build_id == now,
        }
        for build_id in sorted(build_files.kept(home), reverse=True)
    ]


def rollback(home: Path, build_id: str, recorder: trail.Recorder = trail.by_command) -> None:
    """Publish a kept build again; `recorder` writes who does so first."""
    with locked(home):
        stands = build_files.current_build_id(home, build_id)
        if stands is None:
            raise UnknownBuild(build=build_id)
        recorder(home, "undo", {"build": build_id})
        build_files.point_to(home, stands)


def rows_of(cursor: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, object] | list[Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query on a cursor, each a dict in column order."""
    result = cursor.execute(sql, params or None)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


class Build:
    """A build by its file, read-only, shared by threads (a cursor a query): `open_build` gives the shared one, who makes one closes it."""

    def __init__(self, path: Path) -> None:
        self.id, self.path, self.home = path.stem, path, path.parent.parent
        self._connection = duckdb.connect(str(path), read_only=True)
        self._connection.execute(f"set memory_limit = '{_MEMORY}'")
        is_small = path.stat().st_size < _SMALL
        self.days = Days(self._connection, is_kept=is_small)
        if is_small:
            self._connection.execute("set threads = 1")  # parting a town's few rows costs a fifth more than it saves

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor for one query; close it, or use it in a with block."""
        return self._connection.cursor()

    def rows(self, sql: str, params: Mapping[str, object] | list[Any] | None = None) -> list[dict[str, Any]]:
        """The rows of a query, each a dict in column order."""
        with self.cursor() as cursor:
            return rows_of(cursor, sql, params)

    def rows_on(
        self, day: dt.date, sql: Sql, params: Mapping[str, object] | None = None, wanted: Mapping[str, Sql] | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a question about a day; `sql` writes it, given the names of the tables there are: steps, and those `wanted`
        for other questions about the day too (warehouse/sql/day_cache.py)."""
        with self.days.cursor_for_day(day, sql, wanted) as (cursor, statement):
            return rows_of(cursor, statement, params)

    @cached_property
    def tables(self) -> frozenset[str]:
        """The names of its tables: an older program knew fewer metrics."""
        return frozenset(row["table_name"] for row in self.rows("select table_name from duckdb_tables() where not temporary"))

    @cached_property
    def facts(self) -> dict[str, str]:
        """Table build_facts: name to value (loaded_at, as_of, …), all text, with build_id from the file's name."""
        facts = {row["name"]: row["value"] for row in self.rows("select name, value from build_facts")}
        return facts | {"build_id": self.id}

    def close(self) -> None:
        """Let go of the file; only for a build that nobody shares."""
        self._connection.close()


_builds: OrderedDict[Path, Build] = OrderedDict()
_opening = threading.Lock()


def open_build(home: Path, build_id: str | None = None) -> Build:
    """Return a build to read, by default the published one; one connection per process and file.

    One of an older format is brought up first. Raises NothingPublished, UnknownBuild for an id that is not kept, or NewerFormat.
    """
    chosen = build_files.current_build_id(home, build_id) if build_id else published(home)
    if chosen is None:
        raise UnknownBuild(build=build_id) if build_id else NothingPublished(home=home)
    path = build_files.file_of(home, chosen).resolve()
    with _opening:
        if path not in _builds:
            format_versions.bring_up(home)
            build = Build(path)
            if format_versions.version_of_build(build.id, build.facts) < format_versions.current():
                build.close()
                format_versions.bring_up_build(home, build_files.file_of(home, chosen))
                build = Build(path)
            _builds[path] = build
        _builds.move_to_end(path)
        while len(_builds) > _OPEN_AT_ONCE:  # let go of, not closed: a page may still be reading it
            _builds.popitem(last=False)
        for each in _builds.values() if build_id is None else ():  # readers of the published one leave those of before
            each.days.keep(MOST_DAYS if each is _builds[path] else FEW_DAYS)
        return _builds[path]


def is_register_alone(build: Build) -> bool:
    """Whether a build was made of the register of villages, and no ledger has come yet."""
    ledgers = build.rows("select distinct ledger from ledger_sheets where ledger is not null")
    return [row["ledger"] for row in ledgers] == ["villages"]


def settings_of(build: Build) -> list[tuple[str, str, str, str | None, str | None]]:
    """Return (source, name, item, value, default) as `settings.setting_rows` gave them when the build was made."""
    rows = build.rows("select source, name, item, value, default_value from settings_in_force order by sort_no")
    return [(row["source"], row["name"], row["item"], row["value"], row["default_value"]) for row in rows]


def settings_read_by(build: Build, *metrics: str) -> list[dict[str, Any]]:
    """Return the settings that the SQL of these metrics and their steps reads: name, item, value, default, is_default."""
    sources = {source for metric in metrics for source in compose.settings_read(metric + compose.FIGURES)}
    return [
        {"name": name, "item": item, "value": value, "default": default, "is_default": value == default}
        for source, name, item, value, default in settings_of(build)
        if source in sources
    ]
