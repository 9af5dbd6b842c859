"""One load from end to end: read, place, type, tell who is who, write a new build, check it, publish it or leave it.

The build is written beside the published one and the pointer moves last, so a load that ends anywhere leaves the
published build in force.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Literal

import polars as pl

from checks.run import Checker, NotChecked
from etl import load_report, progress, staged_diff, write_build
from etl.deidentification import tokens
from etl.forms import forms, heading_aliases
from etl.records import build_tables
from etl.sheets import corrections, discover, place_and_date, reader_pool, sheet_store
from locales import _
from warehouse.builds import draft, repository
from warehouse.metrics import finding_age, query
from warehouse.settings import settings
from warehouse.storage import build_files, file_lock, keys, upload_cleanup

Then = Literal["publish", "stage", "leave"]  # what becomes of the checked draft


class NothingToLoad(Exception):
    """There is nothing to publish; the text is the sentence for the person."""


REFUSALS = (
    NothingToLoad,
    heading_aliases.WrongAliases,
    settings.WrongSetting,
    NotChecked,
    file_lock.LoadRunning,
    build_files.DiskFull,
    keys.KeyMissing,
    keys.KeyMalformed,
    keys.WrongKey,
)


def load(
    paths: list[Path],
    home: Path,
    as_of: dt.date | None = None,
    then: Then = "publish",
    told: progress.Watcher | None = None,
    without: tuple[str, ...] = (),
    by: str | None = None,
) -> load_report.Report:
    """Load every ledger under `paths` on top of what the published build holds; publish, stage or leave what comes out.

    `as_of` is the day the checks speak of (default: newest reporting day); `without` are file_ids of earlier files to
    leave out; `by` is who asks for it. Raises `NothingToLoad` when there is no ledger to load, no register of villages,
    or nothing new, and the others of REFUSALS.
    """
    told = told or progress.Watcher()
    wanted = settings.setting_rows(home)  # a wrong one ends the load before anything is read
    upload_cleanup.remove_abandoned(home, settings.settings(home)["keep_upload_days"])
    with file_lock.locked(home):  # from reading on: a second load would rest on what the first is about to replace
        checker = Checker()
        checker.start()
        try:
            key = keys.load_key(home, create=True)
            work = discover.LoadContext(home, key, discover.earlier(home, key), heading_aliases.read(home), wanted, by or _("命令行"))
            forms.set_aliases(work.aliases)
            work.left_out = _leave_out(work.known, without)
            _read(work, paths, told)
            return _build(work, as_of, then, checker, told)
        finally:
            checker.close()


def _leave_out(known: discover.PublishedState, without: tuple[str, ...]) -> list[str]:
    """Forget some earlier files; their names."""
    named = {file.file_id: file for file in known.files}
    unknown = [file_id for file_id in without if file_id not in named]
    if unknown:
        raise NothingToLoad(_("已发布的数据里没有编号为 {file} 的文件").format(file="、".join(unknown)))
    known.forget({named[file_id].sha256 for file_id in without})
    return sorted(named[file_id].file for file_id in set(without))


def _read(work: discover.LoadContext, paths: list[Path], told: progress.Watcher) -> None:
    """Read what is new; the same bytes a second time change nothing."""
    missing = [path for path in paths if not path.exists()]
    work.problems += [_("没有这个文件或文件夹：{path}").format(path=path.name) for path in missing]
    fresh, work.again = discover.new_files(discover.ledger_paths(paths), work.known, heading_aliases.digest(work.aliases))
    for path in discover.map_paths(paths):
        try:
            work.boundaries |= discover.boundaries(path)
        except ValueError:
            work.problems.append(_("{file}：不是 GeoJSON 边界文件，没有读取边界").format(file=path.name))
    for path in work.again:
        told.file(path.name, "again")
    told.step("read", 0, len(fresh))
    for done, reading in enumerate(reader_pool.read_files(fresh, aliases=work.aliases), 1):
        file, found = sheet_store.of_file(reading)
        told.file(file.file, file.fault or "read")
        told.step("read", done, len(fresh))
        work.files.append(file)
        work.sheets += found
    work.files.sort(key=lambda file: (file.file, file.sha256))
    if not fresh and not work.again and not work.left_out:
        raise NothingToLoad(_("这些位置没有找到台账文件（.xlsx、.xls、.csv）"))


def _build(work: discover.LoadContext, as_of: dt.date | None, then: Then, checker: Checker, told: progress.Watcher) -> load_report.Report:
    """Everything after reading: one build over all sheets, checked, then published, staged or left."""
    everything = sorted([*work.known.sheets, *work.sheets], key=lambda sheet: (sheet.file, sheet.sheet_id))
    register = _register(everything)
    sheet_store.place(everything, register, dt.datetime.now(dt.UTC).date())
    tokens.restore_known(everything, work.key.pseudonym)
    everything = _without_replaced(work, everything)
    day = as_of or _newest_day(everything)
    told.step("people", 0, 1)
    made = build_tables.build(everything, register, work.key.pseudonym)
    result = _report(work, register, made, day)
    if _is_unchanged(work, day):
        result.build = work.known.build_id
        return result
    told.step("people", 1, 1)
    with repository.draft(work.home) as draft:
        write_build.write_build(draft, work, everything, register, made, day)
        told.step("figures", 0, 1)
        query.make_marts(draft.connection, day)
        told.step("figures", 1, 1)
        draft.close()
        told.step("checks", 0, 1)
        checker.check(draft.path, day)
        told.step("checks", 1, 1)
        told.step("compare", 0, 1)
        before = repository.open_build(work.home, work.known.build_id) if work.known.build_id else None
        finding_age.lay_down(draft.path, before)
        _add_outcome(result, before, draft.path, day)
        told.step("compare", 1, 1)
        draft.note({"changes": json.dumps(result.changes)})
        _end(result, draft, then, _name_hash(everything))
    return result


def _end(result: load_report.Report, draft: draft.Draft, then: Then, name_hash: str) -> None:
    """What becomes of the checked draft; left alone, it is gone with the block."""
    if then == "publish":
        result.build = draft.publish(name_hash)
    elif then == "stage":
        result.candidate = draft.stage(name_hash)


def _without_replaced(work: discover.LoadContext, everything: list[sheet_store.LedgerSheet]) -> list[sheet_store.LedgerSheet]:
    """All sheets but those of earlier files that a corrected one replaces; the report names these."""
    gone = corrections.replaced(work.known.files, work.files, everything)
    named = {file.file_id: file.file for file in (*work.known.files, *work.files)}
    work.replaced = [{"file": named[old], "by": named[new]} for old, new in sorted(gone.items(), key=lambda pair: named[pair[0]])]
    work.known.forget({file.sha256 for file in work.known.files if file.file_id in gone})
    return [sheet for sheet in everything if sheet.file_id not in gone]


def _register(everything: list[sheet_store.LedgerSheet]) -> place_and_date.Register:
    """The villages of all register sheets; without a register no row has a village, so nothing can be published."""
    found = [
        s.reading.frame.with_columns(is_1904=pl.lit(False))
        for s in everything
        if s.reading.ledger == "villages" and s.reading.frame is not None
    ]
    register = place_and_date.register(found)
    if register.villages.is_empty():
        raise NothingToLoad(_("缺少村居名册：请把《村居名册》（区划代码、村（社区）名称）和台账放在一起载入"))
    return register


def _newest_day(everything: list[sheet_store.LedgerSheet]) -> dt.date:
    """The newest reporting day that a sheet or file states."""
    stated = [
        s.ledger_on for s in everything if s.reading.ledger not in (None, "villages") and s.ledger_on_source != "load" and s.ledger_on
    ]
    if not stated:
        raise NothingToLoad(_("没有读到任何一份带填报时间的台账"))
    return max(stated)


def _is_unchanged(work: discover.LoadContext, day: dt.date) -> bool:
    """True when this load brings nothing that the published build does not hold."""
    same_map = work.known.boundaries == work.known.boundaries | work.boundaries
    same = same_map and work.known.settings == work.settings and work.known.as_of == day.isoformat()
    return bool(work.known.build_id) and not work.files and not work.left_out and same


def _name_hash(everything: list[sheet_store.LedgerSheet]) -> str:
    """Short hash of what a build rests on."""
    return hashlib.sha256("".join(sorted({sheet.file_id for sheet in everything})).encode()).hexdigest()[:8]


def _report(work: discover.LoadContext, register: place_and_date.Register, made: build_tables.Tables, day: dt.date) -> load_report.Report:
    """The report of what this load read."""
    villages = dict(register.villages.select("village_id", "name").iter_rows())
    lines = load_report.file_lines(work.files, work.sheets, made.counts, villages)
    result = load_report.Report(lines, load_report.set_aside(lines), sorted(path.name for path in work.again), as_of=day.isoformat())
    result.problems, result.replaced, result.left_out = work.problems, work.replaced, work.left_out
    return result


def _add_outcome(result: load_report.Report, before: repository.Build | None, path: Path, day: dt.date) -> None:
    """Findings by code, rules that did not run, and the draft against the build before."""
    with closing(repository.open_file(path)) as after:
        counted = after.rows("select code, count(*) as found from findings group by code order by code")
        result.findings = {row["code"]: row["found"] for row in counted}
        failed = after.rows("select code from rules_run where state = 'not_checked' order by code")
        result.not_checked = [row["code"] for row in failed]
        result.changes = staged_diff.figures(before, after, day)
        result.preview = staged_diff.compare(before, after, day)
