"""One load from end to end: read, place, type, tell who is who, write a new build, check it, publish it or leave it.

The build is written beside the published one and the pointer moves last, so a load that ends anywhere leaves the
published build in force.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from checks.run import Checker, NotChecked
from etl import aliases, cells, form, intake, ledger_tables, places, readers, replace, report, sheets, tables
from locales import _
from warehouse import ages, builds, identities, metrics, settings

HEADLINES = (
    ("eligibility", "registered"),
    ("eligibility", "in_scope"),
    ("coverage", "covered"),
    ("visits", "visit_days"),
    ("visits", "on_pace"),
)


class NothingToLoad(Exception):
    """There is nothing to publish; the text is the sentence for the person."""


REFUSALS = (
    NothingToLoad,
    aliases.WrongAliases,
    settings.WrongSetting,
    NotChecked,
    builds.LoadRunning,
    identities.KeyMissing,
    identities.KeyMalformed,
    identities.WrongKey,
)


@dataclass
class Load:
    """What one load has in hand."""

    home: Path
    key: identities.Key
    known: intake.Earlier
    aliases: aliases.Aliases
    settings: list[tuple]
    files: list[sheets.LedgerFile] = field(default_factory=list)
    sheets: list[sheets.LedgerSheet] = field(default_factory=list)
    again: list[Path] = field(default_factory=list)
    boundaries: dict[str, str] = field(default_factory=dict)
    replaced: list[dict] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def load(
    paths: list[Path],
    home: Path,
    as_of: dt.date | None = None,
    publish: bool = True,
    told: Callable[[str, int, int], Any] = lambda step, done, all_of: None,
) -> report.Report:
    """Load every ledger under `paths` on top of what the published build holds; publish unless told not to.

    `as_of` is the day the checks speak of (default: newest reporting day). `told(step, done, all)` hears of progress.
    Raises `NothingToLoad` when there is no ledger to load, no register of villages, or nothing new.
    """
    wanted = settings.in_force(home)  # a wrong one ends the load before anything is read
    checker = Checker()
    checker.start()
    try:
        key = identities.load_key(home, create=True)
        work = Load(home, key, intake.earlier(home, key), aliases.read(home), wanted)
        form.set_aliases(work.aliases)
        _read(work, paths, told)
        return _build(work, as_of, publish, checker, told)
    finally:
        checker.close()


def _read(work: Load, paths: list[Path], told: Callable[[str, int, int], Any]) -> None:
    """Read what is new; the same bytes a second time change nothing."""
    missing = [path for path in paths if not path.exists()]
    work.problems += [_("没有这个文件或文件夹：{path}").format(path=path.name) for path in missing]
    fresh, work.again = intake.new_files(intake.ledger_paths(paths), work.known, aliases.digest(work.aliases))
    for path in intake.map_paths(paths):
        try:
            work.boundaries |= intake.boundaries(path)
        except ValueError:
            work.problems.append(_("{file}：不是 GeoJSON 边界文件，没有读取边界").format(file=path.name))
    for reading in readers.read_files(fresh, aliases=work.aliases, told=lambda done, all_of: told("read", done, all_of)):
        file, found = sheets.of_file(reading)
        work.files.append(file)
        work.sheets += found
    work.files.sort(key=lambda file: (file.file, file.sha256))
    if not fresh and not work.again:
        raise NothingToLoad(_("这些位置没有找到台账文件（.xlsx、.xls、.csv）"))


def _build(work: Load, as_of: dt.date | None, publish: bool, checker: Checker, told: Callable[[str, int, int], Any]) -> report.Report:
    """Everything after reading: one build over all sheets, checked, published or left."""
    everything = sorted([*work.known.sheets, *work.sheets], key=lambda sheet: (sheet.file, sheet.sheet_id))
    register = _register(everything)
    sheets.place(everything, register, dt.datetime.now(dt.UTC).date())
    everything = _without_replaced(work, everything)
    day = as_of or _newest_day(everything)
    told("people", 0, 1)
    made = tables.build(everything, register, work.key.pseudonym)
    result = _report(work, register, made, day)
    if _is_unchanged(work, day):
        result.build = work.known.build_id
        return result
    told("people", 1, 1)
    with builds.begin(work.home) as draft:
        _fill(draft, work, everything, register, made, day)
        told("figures", 0, 1)
        metrics.make_marts(draft.connection, day)
        told("figures", 1, 1)
        draft.close()
        told("checks", 0, 1)
        checker.check(draft.path, day)
        told("checks", 1, 1)
        before = builds.open_build(work.home) if work.known.build_id else None
        ages.lay_down(draft.path, before)
        _add_outcome(result, before, draft.path, day)
        if publish:
            result.build = draft.publish(_name_hash(everything))
    return result


def _without_replaced(work: Load, everything: list[sheets.LedgerSheet]) -> list[sheets.LedgerSheet]:
    """All sheets but those of earlier files that a corrected one replaces; the report names these."""
    gone = replace.replaced(work.known.files, work.files, everything)
    named = {file.file_id: file.file for file in (*work.known.files, *work.files)}
    work.replaced = [{"file": named[old], "by": named[new]} for old, new in sorted(gone.items(), key=lambda pair: named[pair[0]])]
    work.known.forget({file.sha256 for file in work.known.files if file.file_id in gone})
    return [sheet for sheet in everything if sheet.file_id not in gone]


def _register(everything: list[sheets.LedgerSheet]) -> places.Register:
    """The villages of all register sheets; without a register no row has a village, so nothing can be published."""
    found = [
        s.reading.frame.with_columns(is_1904=pl.lit(False))
        for s in everything
        if s.reading.ledger == "villages" and s.reading.frame is not None
    ]
    register = places.register(found)
    if register.villages.is_empty():
        raise NothingToLoad(_("缺少村居名册：请把《村居名册》（区划代码、村（社区）名称）和台账放在一起载入"))
    return register


def _newest_day(everything: list[sheets.LedgerSheet]) -> dt.date:
    """The newest reporting day that a sheet or file states."""
    stated = [
        s.ledger_on for s in everything if s.reading.ledger not in (None, "villages") and s.ledger_on_source != "load" and s.ledger_on
    ]
    if not stated:
        raise NothingToLoad(_("没有读到任何一份带填报时间的台账"))
    return max(stated)


def _is_unchanged(work: Load, day: dt.date) -> bool:
    """True when this load brings nothing that the published build does not hold."""
    same_map = work.known.boundaries == work.known.boundaries | work.boundaries
    same = same_map and work.known.settings == work.settings and work.known.as_of == day.isoformat()
    return bool(work.known.build_id) and not work.files and same


def _fill(draft: builds.Draft, work: Load, everything: list, register: places.Register, made: tables.Tables, day: dt.date) -> None:
    """Write every table of the draft."""
    boundaries = work.known.boundaries | work.boundaries
    for name, frame in made.frames.items():
        draft.fill(name, frame)
    draft.fill("villages", ledger_tables.villages(register, boundaries))
    draft.fill("ledger_files", ledger_tables.files([*work.known.files, *work.files], everything))
    draft.fill("ledger_sheets", ledger_tables.sheets(everything, made))
    draft.fill("ledger_headings", ledger_tables.headings(everything))
    draft.fill("ledger_columns", cells.headings(everything))
    sealed = [
        (kind, person, work.key.seal(f"{kind}:{person}", json.dumps(known, ensure_ascii=False).encode()))
        for kind, person, known in made.identities
    ]
    draft.fill("identities", pl.DataFrame(sealed, schema={"kind": pl.String, "person_id": pl.String, "sealed": pl.Binary}, orient="row"))
    raw = [(sheet.sheet_id, work.key.seal(sheet.sheet_id, sheets.packed(sheet))) for sheet in everything]
    draft.fill("raw_sheets", pl.DataFrame(raw, schema={"sheet_id": pl.String, "sealed": pl.Binary}, orient="row"))
    draft.fill("raw_files", _originals(work))
    told_at = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    known = {"as_of": day.isoformat(), "loaded_at": told_at, "ledgers": str(len(work.known.files) + len(work.files))}
    known["aliases"] = aliases.digest(work.aliases)
    known |= {"before": work.known.build_id} if work.known.build_id else {}
    draft.fill("build_facts", pl.DataFrame({"name": list(known), "value": list(known.values())}))


def _originals(work: Load) -> pl.DataFrame:
    """Every file's own bytes, sealed: those of this load, and those of earlier ones as the published build keeps them."""
    schema = {"file_id": pl.String, "sealed": pl.Binary}
    if not settings.settings(work.home)["keep_originals"]:
        return pl.DataFrame(schema=schema)
    found = [(file.file_id, work.key.seal(file.file_id, file.content)) for file in work.files if file.content and not file.fault]
    if work.known.build_id:
        kept = {file.file_id for file in work.known.files}
        earlier = builds.open_build(work.home).rows("select file_id, sealed from raw_files")
        found += [(row["file_id"], bytes(row["sealed"])) for row in earlier if row["file_id"] in kept]
    return pl.DataFrame(found, schema=schema, orient="row")


def _name_hash(everything: list[sheets.LedgerSheet]) -> str:
    """Short hash of what a build rests on."""
    return hashlib.sha256("".join(sorted({sheet.file_id for sheet in everything})).encode()).hexdigest()[:8]


def _report(work: Load, register: places.Register, made: tables.Tables, day: dt.date) -> report.Report:
    """The report of what this load read."""
    villages = dict(register.villages.select("village_id", "name").iter_rows())
    lines = report.file_lines(work.files, work.sheets, made.counts, villages)
    result = report.Report(lines, report.set_aside(lines), sorted(path.name for path in work.again), as_of=day.isoformat())
    result.problems, result.replaced = work.problems, work.replaced
    return result


def _add_outcome(result: report.Report, before: builds.Build | None, path: Path, day: dt.date) -> None:
    """Findings by code, rules that did not run, and the change in each headline figure."""
    after = builds.open_file(path)
    counted = after.rows("select code, count(*) as found from findings group by code order by code")
    result.findings = {row["code"]: row["found"] for row in counted}
    failed = after.rows("select code from rules_run where state = 'not_checked' order by code")
    result.not_checked = [row["code"] for row in failed]
    for metric, figure in HEADLINES:
        now = metrics.ask(after, metric, day)[0][figure]
        was = metrics.ask(before, metric, day)[0][figure] if before else None
        result.changes.append({"figure": figure, "before": was, "after": now})
    after.close()
