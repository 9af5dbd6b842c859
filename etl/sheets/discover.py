"""What a load takes in: files under the paths given, boundaries, and what the published build already holds."""

import json
import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from checks import catalogue
from etl.files import boundaries
from etl.files.source_file import SourceFile, read_source
from etl.forms.heading_aliases import Aliases
from etl.forms.layouts import Entry, digest
from etl.sheets import sheet_store
from etl.sheets.place_and_date import Register
from etl.sheets.reader_pool import FileReading
from locales import _
from warehouse.builds import repository
from warehouse.storage import build_files
from warehouse.storage.keys import Key

ENDINGS = {".xlsx", ".xlsm", ".xls", ".csv", ".txt", ".et", ".ods"}
MAPS = {".geojson"}
MOST_MB = 100  # of a file; the largest that a page takes has half of it
_MOST_NAMES = 10  # of files passed over that a sentence names
MOST_CODES = 5  # unknown codes that a sentence names
_VILLAGE_CODE = re.compile(r"\d{1,10}|\d{12}")  # another text under this name may be anything
BoundaryFault = tuple[str, str | None, str, str | None]  # columns of table boundary_faults
SettingRow = tuple[str, str, str, str | None, str | None]  # source, name, item, value, default


@dataclass(kw_only=True)
class _Ledgers:
    """Files and their sheets, of which some can be dropped."""

    files: list[sheet_store.LedgerFile] = field(default_factory=list)
    sheets: list[sheet_store.LedgerSheet] = field(default_factory=list)

    def forget(self, digests: set[str]) -> None:
        """Drop the files with these SHA-256 digests, and their sheets."""
        dropped = {file.file_id for file in self.files if file.sha256 in digests}
        self.files = [file for file in self.files if file.file_id not in dropped]
        self.sheets = [sheet for sheet in self.sheets if sheet.file_id not in dropped]


@dataclass
class PublishedState(_Ledgers):
    """What the published build rests on: files, their sheets, boundaries by village, settings; empty without a build."""

    boundaries: dict[str, str] = field(default_factory=dict)
    build_id: str | None = None
    as_of: str | None = None
    aliases: str | None = None
    layouts: str | None = None
    successors: dict[str, str] = field(default_factory=dict)  # SHA-256 → its corrected copy's, "": left out, its own: a map taken
    source: repository.Build | None = None  # whose sheets these are: the published build, or a candidate that answers read again
    settings: list[SettingRow] = field(default_factory=list)

    def take_new(self, home: Path) -> tuple[list[sheet_store.LedgerFile], list[sheet_store.LedgerSheet]]:
        """Give back what a candidate has beside the build that it stands on: its files and sheets, which are dropped here."""
        if self.source is None or self.source.path.suffix != ".candidate":
            return [], []
        sql = "select file_id from ledger_files"
        earlier = {row["file_id"] for row in repository.open_build(home, self.build_id).rows(sql)} if self.build_id else set()
        files = [file for file in self.files if file.file_id not in earlier]
        sheets = [sheet for sheet in self.sheets if sheet.file_id not in earlier]
        self.forget({file.sha256 for file in files})
        return files, sheets


@dataclass
class LoadContext(_Ledgers):
    """The inputs of one load and what it has read so far."""

    home: Path
    key: Key
    published: PublishedState
    aliases: Aliases
    layouts: dict[str, Entry]
    settings: list[SettingRow]
    loaded_by: str
    left_out: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    boundaries: dict[str, str] = field(default_factory=dict)
    boundary_files: list[tuple[sheet_store.LedgerFile, FileReading]] = field(default_factory=list)
    boundary_faults: list[BoundaryFault] = field(default_factory=list)
    replaced: list[dict[str, str]] = field(default_factory=list)
    successors: dict[str, str] = field(default_factory=dict)  # of this load and those before, as in PublishedState
    problems: list[str] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """Whether layouts or words have been explained since the published build."""
        return digest(self.layouts) != (self.published.layouts or digest({}))


def _paths_within(path: Path) -> list[Path]:
    return sorted(path.rglob("*")) if path.is_dir() else [path]


def _can_be_taken(file: Path) -> bool:
    """Return whether it is a plain file of some size: a link may lead to any file of this machine, a pipe never ends."""
    return not file.is_symlink() and file.is_file() and os.access(file, os.R_OK) and file.stat().st_size <= MOST_MB * 2**20


def passed_over(paths: list[Path], pseudonym: sheet_store.Pseudonym | None) -> list[str]:
    """Return sentences that name what is not taken under the paths, and why, by names that everybody may see."""
    taken, kinds = {*ledger_paths(paths), *map_paths(paths)}, defaultdict[str, list[str]](list)
    for file in (file for path in paths for file in _paths_within(path) if file not in taken):
        name = sheet_store.public_file(file.name, (), pseudonym or (lambda *name: sha256(str(name).encode()).hexdigest()), is_read=False)
        if file.is_symlink():
            kinds[_("是快捷方式（符号链接），没有读取，请放文件本身：{path}")].append(name)
        elif not file.exists():
            kinds[_("没有这个文件或文件夹：{path}")].append(name)
        elif file.is_file() and file.stat().st_size > MOST_MB * 2**20:
            kinds[_("超过 {most} MB，没有读取，请分成几个文件：{path}")].append(name)
        elif not file.is_dir() and not file.name.startswith(("~$", ".")):
            kinds[_("不是台账文件，或打不开，没有读取：{path}")].append(name)
    for names in kinds.values():
        names[_MOST_NAMES:] = [_("……共 {count} 个").format(count=len(names))] if len(names) > _MOST_NAMES else []
    return [text.format(path=_("、").join(names), most=MOST_MB) for text, names in kinds.items()]


def ledger_paths(paths: list[Path]) -> list[Path]:
    """Return every ledger under the paths in order of name; a file named outright counts whatever its ending."""
    ledgers: dict[Path, None] = {}
    for path in paths:
        for file in _paths_within(path):
            is_wanted = file.suffix.lower() in ENDINGS or (file == path and file.suffix.lower() not in MAPS)
            if is_wanted and _can_be_taken(file) and not file.name.startswith(("~$", ".")):
                ledgers[file] = None
    return list(ledgers)


def map_paths(paths: list[Path]) -> list[Path]:
    """Return every file of boundaries under the paths."""
    return [file for path in paths for file in _paths_within(path) if file.suffix.lower() in MAPS and _can_be_taken(file)]


def take_boundaries(context: LoadContext, register: Register) -> None:
    """Take the boundaries that fit the register; each other one is a fault, and the former boundary stays in force."""
    rows = register.villages.select("village_id", "name", "longitude", "latitude").rows()
    names, places = {row[0]: row[1] for row in rows}, {row[0]: (row[2], row[3]) for row in rows}
    before, source = context.published.boundaries, context.published.source
    if source and source.path.suffix == ".candidate":  # its files are read no more, what was wrong with them holds on
        earlier = source.rows("select file, village_id, reason, codes from boundary_faults")
        context.boundary_faults += [(row["file"], row["village_id"], row["reason"], row["codes"]) for row in earlier]
    for file, reading in context.boundary_files:
        if reading.boundaries:
            taken, faults = boundaries.usable(reading.boundaries, places)
            faults += [("boundary_two_files", code) for code in taken if code in context.boundaries]
            faults += [("boundary_changed", code) for code, geometry in taken.items() if before.get(code, geometry) != geometry]
            context.boundaries |= taken
            context.successors |= {file.sha256: file.sha256} if taken else {}
        else:
            other = "boundary_too_large" if reading.fault == "file_hostile" else "boundary_not_geojson"
            faults = [(reading.fact if reading.fault == boundaries.CODE else other, "")]
        unknown = [code if _VILLAGE_CODE.fullmatch(code) else "…" for reason, code in faults if reason == "boundary_code_unknown"]
        unknown[MOST_CODES:] = [f"… ({len(unknown)})"] if len(unknown) > MOST_CODES else []
        context.boundary_faults += [(file.file, code or None, reason, code or None) for reason, code in faults if code in names or not code]
        context.boundary_faults += [(file.file, None, "boundary_code_unknown", " ".join(unknown))] if unknown else []
    context.problems += _boundary_sentences(context.boundary_faults, names)


def _boundary_sentences(faults: list[BoundaryFault], names: dict[str, str]) -> list[str]:
    """Return a sentence with its remedy for each file and reason, which names the villages."""
    where: dict[tuple[str, str], list[str]] = {}
    for file, village_id, reason, codes in faults:
        where.setdefault((file, reason), []).append(names.get(village_id or "", codes or ""))
    sentences = []
    for (file, reason), villages in where.items():
        says, remedy = catalogue.sentence({"code": boundaries.CODE, "detail": reason})
        place = _("（{item}）").format(item=_("、").join(villages)) if any(villages) else ""
        sentences.append(_("{file}：{says}{where}；{remedy}").format(file=file, says=says, where=place, remedy=remedy))
    return sentences


def published_state(home: Path, key: Key, on_candidate: bool = False) -> PublishedState:
    """Return what the published build holds, or the candidate that waits where there is one; raises keys.WrongKey when the key does not fit."""
    candidate = max(build_files.candidates(home), default=None) if on_candidate else None
    if build_files.published(home) is None and candidate is None:
        return PublishedState()
    build = repository.Build(build_files.candidate_of(home, candidate)) if candidate else repository.open_build(home)
    facts = build.facts
    published = PublishedState(
        build_id=facts.get("base") if candidate else build.id,
        as_of=facts.get("as_of"),
        aliases=facts.get("aliases"),
        layouts=facts.get("layouts"),
        successors=json.loads(facts.get("successors") or "{}"),
        settings=repository.settings_of(build),
        source=build,
    )
    query = "select file_id, file, sha256, bytes as size, fault, fault_detail from ledger_files where fault is null order by file_id"
    published.files = [sheet_store.LedgerFile(**row) for row in build.rows(query)]
    names = {row["sheet_id"]: row["file"] for row in build.rows("select sheet_id, file from ledger_sheets")}
    for row in build.rows("select sheet_id, sealed from raw_sheets order by sheet_id"):
        content = key.unseal(row["sheet_id"], bytes(row["sealed"]))
        published.sheets.append(sheet_store.unpack(row["sheet_id"], names[row["sheet_id"]], content))
    _name_files(published, key)
    query = "select village_id, boundary from villages where boundary is not null"
    published.boundaries = {row["village_id"]: row["boundary"] for row in build.rows(query)}
    return published


def public_name(context: LoadContext, source: SourceFile) -> str:
    """Return the name that everybody may see of a file whose bytes were read before, whatever it is called now."""
    files, sheets = [*context.published.files, *context.files], [*context.published.sheets, *context.sheets]
    file = next((file for file in files if file.sha256 == source.sha256), None)
    if file and file.true_file == source.path.name:
        return file.file
    of_file = [sheet for sheet in sheets if file and sheet.file_id == file.file_id]
    return _public_name(source.path.name, of_file, context.key)


def _public_name(file: str, sheets: list[sheet_store.LedgerSheet], key: Key) -> str:
    return sheet_store.public_file(file, sheet_store.names_in(sheets, file), key.pseudonym, sheet_store.is_read(sheets))


def _name_files(published: PublishedState, key: Key) -> None:
    """Give every file its true name back, and one that everybody may see where an older program wrote only the true one."""
    sheets_of: dict[str, list[sheet_store.LedgerSheet]] = {}
    for sheet in published.sheets:
        sheets_of.setdefault(sheet.file_id, []).append(sheet)
    for file in published.files:
        sheets = sheets_of.get(file.file_id, [])
        file.true_file = next((sheet.true_file for sheet in sheets), file.file)
        if file.true_file == file.file:
            file.file = _public_name(file.file, sheets, key)
            for sheet in sheets:
                sheet.file = file.file


def read_new_files(paths: list[Path], context: LoadContext, aliases: str) -> tuple[list[SourceFile], list[SourceFile]]:
    """Read every path once; return the new files, and those loaded before or twice among the paths.

    Where the town's own words for headings have changed (`aliases`: their digest), published files with an unknown
    heading count as new, whether they are among the paths or their bytes are kept in the build.
    """
    published = context.published
    files = [*published.files, *context.files]  # those of a candidate that is read again among them
    reread = _with_unknown_headings(files, [*published.sheets, *context.sheets]) if aliases != published.aliases else set()
    seen = {file.sha256 for file in files} - reread
    seen |= {old for old, new in published.successors.items() if new in seen}  # its corrected copy stands: it would take it back
    new_files: list[SourceFile] = []
    repeated: list[SourceFile] = []
    for path in paths:
        source = read_source(path)
        if source.sha256 in seen:
            repeated.append(source)
        else:
            new_files.append(source)
            seen.add(source.sha256)
    new_files += _kept_originals([file for file in files if file.sha256 in reread - seen], context)
    for state in (published, context):
        state.forget(reread & {source.sha256 for source in new_files})
    return new_files, repeated


def _kept_originals(files: list[sheet_store.LedgerFile], context: LoadContext) -> list[SourceFile]:
    build = context.published.source
    kept = {row["file_id"]: bytes(row["sealed"]) for row in build.rows("select file_id, sealed from raw_files")} if build and files else {}
    return [
        SourceFile(Path(file.true_file), context.key.unseal(file.file_id, kept[file.file_id]), file.sha256)
        for file in files
        if file.file_id in kept
    ]


def _with_unknown_headings(files: list[sheet_store.LedgerFile], sheets: list[sheet_store.LedgerSheet]) -> set[str]:
    """Return the SHA-256 of each file with a sheet or a column that was not recognised."""
    unknown = [s for s in sheets if s.reading.state == "unrecognised" or any(column.field is None for column in s.reading.columns)]
    ids = {sheet.file_id for sheet in unknown}
    return {file.sha256 for file in files if file.file_id in ids}
