"""What a load takes in: files under the paths given, boundaries, and what the published build already holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from etl.forms.heading_aliases import Aliases
from etl.sheets import sheet_store
from warehouse.builds import build_settings, repository
from warehouse.storage import build_files
from warehouse.storage.keys import Key

ENDINGS = {".xlsx", ".xlsm", ".xls", ".csv", ".et"}
MAPS = {".geojson"}
MOST_MAP_BYTES = 64 * 2**20


@dataclass
class PublishedState:
    """What the published build rests on: files by SHA-256, their sheets, boundaries by village, and settings."""

    files: list[sheet_store.LedgerFile] = field(default_factory=list)
    sheets: list[sheet_store.LedgerSheet] = field(default_factory=list)
    boundaries: dict[str, str] = field(default_factory=dict)
    build_id: str | None = None
    as_of: str | None = None
    aliases: str | None = None
    settings: list[tuple] = field(default_factory=list)

    def forget(self, digests: set[str]) -> None:
        """Leave out some files, because they are read anew."""
        gone = {file.file_id for file in self.files if file.sha256 in digests}
        self.files = [file for file in self.files if file.file_id not in gone]
        self.sheets = [sheet for sheet in self.sheets if sheet.file_id not in gone]


@dataclass
class LoadContext:
    """What one load has in hand."""

    home: Path
    key: Key
    known: PublishedState
    aliases: Aliases
    settings: list[tuple]
    by: str
    left_out: list[str] = field(default_factory=list)
    files: list[sheet_store.LedgerFile] = field(default_factory=list)
    sheets: list[sheet_store.LedgerSheet] = field(default_factory=list)
    again: list[Path] = field(default_factory=list)
    boundaries: dict[str, str] = field(default_factory=dict)
    replaced: list[dict] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def ledger_paths(paths: list[Path]) -> list[Path]:
    """Every ledger under the paths, in the order of their names; a file named outright is read whatever its ending."""
    found: dict[Path, None] = {}
    for path in paths:
        inner = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inner:
            is_wanted = file.suffix.lower() in ENDINGS or (file == path and file.suffix.lower() not in MAPS)
            if file.is_file() and is_wanted and not file.name.startswith(("~$", ".")):
                found[file] = None
    return list(found)


def map_paths(paths: list[Path]) -> list[Path]:
    """Every file of boundaries under the paths."""
    inner = (file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path]))
    return [file for file in inner if file.suffix.lower() in MAPS and file.is_file()]


def boundaries(path: Path) -> dict[str, str]:
    """Geometry (GeoJSON text) by village code; raises ValueError for what is no GeoJSON of areas (RFC 7946)."""
    if path.stat().st_size > MOST_MAP_BYTES:
        raise ValueError("too large")
    try:
        features = json.loads(path.read_bytes())["features"]
        areas = [(str(f["properties"]["village_code"]), f["geometry"]) for f in features]
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("not GeoJSON") from error
    shapes = {"Polygon", "MultiPolygon"}
    return {code: json.dumps(shape) for code, shape in areas if isinstance(shape, dict) and shape.get("type") in shapes}


def earlier(home: Path, key: Key) -> PublishedState:
    """What the published build holds; empty where nothing is published. Raises identities.WrongKey when the key does not fit."""
    if build_files.published(home) is None:
        return PublishedState()
    build = repository.open_build(home)
    known = PublishedState(
        build_id=build.id, as_of=build.facts.get("as_of"), aliases=build.facts.get("aliases"), settings=build_settings.settings_of(build)
    )
    query = "select file_id, file, sha256, bytes, fault, fault_detail from ledger_files where fault is null order by file_id"
    known.files = [sheet_store.LedgerFile(**row) for row in build.rows(query)]
    names = {row["sheet_id"]: row["file"] for row in build.rows("select sheet_id, file from ledger_sheets")}
    for row in build.rows("select sheet_id, sealed from raw_sheets order by sheet_id"):
        content = key.unseal(row["sheet_id"], bytes(row["sealed"]))
        known.sheets.append(sheet_store.unpacked(row["sheet_id"], names[row["sheet_id"]], content))
    query = "select village_id, boundary from villages where boundary is not null"
    known.boundaries = {row["village_id"]: row["boundary"] for row in build.rows(query)}
    return known


def new_files(paths: list[Path], known: PublishedState, aliases: str) -> tuple[list[Path], list[Path]]:
    """(files to read, files whose bytes were loaded before or stand twice among the paths).

    Where the town's own words for headings have changed (`aliases`: their digest), files with a heading that nothing
    fitted are read once more.
    """
    again_for = _with_unknown_headings(known) if aliases != known.aliases else set()
    seen = {file.sha256 for file in known.files} - again_for
    fresh: list[Path] = []
    again: list[Path] = []
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    known.forget(again_for & set(digests.values()))
    for path, digest in digests.items():
        (again if digest in seen else fresh).append(path)
        seen.add(digest)
    return fresh, again


def _with_unknown_headings(known: PublishedState) -> set[str]:
    """SHA-256 of the files with a sheet or a column that was not recognised."""
    ids = {
        sheet.file_id
        for sheet in known.sheets
        if sheet.reading.state == "unrecognised" or any(column.field is None for column in sheet.reading.columns)
    }
    return {file.sha256 for file in known.files if file.file_id in ids}
