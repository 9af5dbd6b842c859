"""One load from end to end: read, place, type, tell who is who, draft, check, then publish, stage or drop; the pointer moves last."""

import datetime as dt
import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Literal

from checks.run import Checker
from etl import load_report, progress, staged_diff, staged_questions, write_build
from etl.deidentification import tokens
from etl.files.source_file import read_source
from etl.forms import heading_aliases, layouts
from etl.records import build_tables
from etl.sheets import corrections, discover, parse_sheet, place_and_date, reader_pool, sheet_store
from locales import Refusal, _
from warehouse.builds import repository
from warehouse.metrics import compare, finding_age, query
from warehouse.settings import local_time, settings
from warehouse.storage import build_files, cleanup, keys

Then = Literal["publish", "stage", "leave"]  # what becomes of the checked draft


class NothingToLoad(Refusal):
    """There is nothing to publish."""


def load(
    paths: list[Path],
    home: Path,
    as_of: dt.date | None = None,
    then: Then = "publish",
    watcher: progress.Watcher | None = None,
    without: tuple[str, ...] = (),
    by: str | None = None,
    on_candidate: bool = False,
) -> load_report.Report:
    """Load every ledger under `paths` on top of the published build; publish, stage or drop the result.

    `as_of` is the day the checks speak of (default: newest reporting day); `without` are file_ids of earlier files to
    leave out; `by` is who asks for it. `on_candidate` reads the sheets of the candidate that waits again, by the answers given
    since, and puts the result in its place. Raises `NothingToLoad` when there is no ledger to load, no register of villages,
    or nothing new, and other Refusals.
    """
    watcher = watcher or progress.Watcher()
    setting_rows = settings.setting_rows(home)  # a wrong one ends the load before anything is read
    cleanup.remove_abandoned(home, settings.settings(home)["keep_upload_days"])
    with build_files.locked(home):  # from reading on: a second load would rest on what the first is about to replace
        settings.finish(home)
        checker = Checker()
        checker.start()
        try:
            key = keys.load_key(home, create=True)
            taken_over = heading_aliases.take_over(home) if then != "leave" else ""
            published = discover.published_state(home, key, on_candidate)
            context = discover.LoadContext(home, key, published, *heading_aliases.use_words(home), setting_rows, by or _("命令行"))
            context.problems += [taken_over] if taken_over else []
            context.files, context.sheets = published.take_new(home)
            context.left_out = _leave_out(published, without)
            context.successors = published.successors
            _read(context, paths, watcher)
            return _build(context, as_of, then, checker, watcher)
        finally:
            checker.close()


def _leave_out(published: discover.PublishedState, without: tuple[str, ...]) -> list[str]:
    files = {file.file_id: file for file in published.files}
    unknown = [file_id for file_id in without if file_id not in files]
    if unknown:
        raise NothingToLoad(_("已发布的数据里没有编号为 {file} 的文件").format(file="、".join(unknown)))
    published.forget({files[file_id].sha256 for file_id in without})
    published.successors |= {files[file_id].sha256: "" for file_id in without}
    return sorted(files[file_id].file for file_id in set(without))


def _read(context: discover.LoadContext, paths: list[Path], watcher: progress.Watcher) -> None:
    context.problems += discover.passed_over(paths, context.key.pseudonym)
    digest = heading_aliases.digest(context.aliases)
    arrivals = {sheet.file_id: sheet.arrival for sheet in (*context.published.sheets, *context.sheets)}
    new_files, repeated = discover.read_new_files(discover.ledger_paths(paths), context, digest)
    files = [*new_files, *map(read_source, discover.map_paths(paths))]
    boundaries: dict[Path, tuple[sheet_store.LedgerFile, reader_pool.FileReading]] = {}
    watcher.step("read", 0, len(files))
    for done, (source, reading) in enumerate(reader_pool.read_files(files, words=(context.aliases, context.layouts)), 1):
        file, sheets = sheet_store.ledger_file(source, reading, context.key.pseudonym)
        if reading.boundaries or source.path.suffix.lower() in discover.MAPS:
            boundaries[source.path] = (file, reading)
            watcher.file(file.file, "read")  # what is wrong with it can be said beside the register
        else:
            watcher.file(file.file, file.fault or "read")
            context.files.append(file)
            context.sheets += sheets
        watcher.step("read", done, len(files))
    order = {source.sha256: number for number, source in enumerate(files)}  # they come ready in any
    context.files.sort(key=lambda file: order.get(file.sha256, -1))
    corrections.set_arrivals(context.files, context.sheets, arrivals)
    context.repeated = [discover.public_name(context, source) for source in repeated]
    for name in context.repeated:
        watcher.file(name, "again")
    context.files.sort(key=lambda file: (file.file, file.sha256))
    context.boundary_files = [boundaries[source.path] for source in files if source.path in boundaries]
    if digest != context.published.aliases and not files and not paths and not context.is_answered:
        raise NothingToLoad(_("回答已经记住；那些文件的原件没有保存在系统里，请再上传一次，就会按新的回答读"))
    if not files and not repeated and not context.left_out and not context.is_answered and context.settings == context.published.settings:
        if not paths:
            raise NothingToLoad(_("与已发布的版本相比，没有新的回答和设定，没有要算的"))
        raise NothingToLoad(_("这些位置没有找到台账文件（.xlsx、.xls、.csv）"))


def _build(
    context: discover.LoadContext, as_of: dt.date | None, then: Then, checker: Checker, watcher: progress.Watcher
) -> load_report.Report:
    published = context.published
    sheets = sorted([*published.sheets, *context.sheets], key=lambda sheet: (sheet.arrival, sheet.file, sheet.sheet_id))
    register = sheet_store.village_register(sheets)
    if register.villages.is_empty():  # without a register no row has a village
        raise NothingToLoad(_("缺少村居名册：请把《村居名册》（区划代码、村（社区）名称）和台账放在一起载入"))
    discover.take_boundaries(context, register)
    today = local_time.today(context.home)
    sheet_store.place(sheets, register, today)
    readings = [sheet.reading for sheet in sheets]
    for sheet in sheets:  # only now is it certain whose table each is: a village's answer is for its own
        sheet.reading = parse_sheet.answered(sheet.reading, sheet.file_id, sheet.village_id)
    if any(sheet.reading is not reading for sheet, reading in zip(sheets, readings, strict=True)):
        sheet_store.place(sheets, register, today)
    context.problems += sheet_store.set_village_days(register, sheets, {file.file_id for file in context.files})
    tokens.restore_known(sheets, context.key.pseudonym)
    earlier = list(published.sheets)
    sheets = _without_replaced(context, sheets)
    day = as_of or _newest_day(sheets, today)
    watcher.step("people", 0, 1)
    tables = build_tables.build(sheets, register, context.key.pseudonym)
    report = _report(context, register, tables, day)
    if _is_unchanged(context, day):
        report.build = None if context.files else published.build_id  # files that cannot be read: nothing to publish
        report.findings = _finding_counts(repository.open_build(context.home, published.build_id))
        return report
    watcher.step("people", 1, 1)
    with repository.draft(context.home) as draft:
        write_build.write_build(draft, context, sheets, register, tables, day)
        watcher.step("figures", 0, 1)
        query.make_marts(draft.connection, day)
        watcher.step("figures", 1, 1)
        draft.close()
        watcher.step("checks", 0, 1)
        checker.check(draft.path, day)
        watcher.step("checks", 1, 1)
        watcher.step("compare", 0, 1)
        before = repository.open_build(context.home, published.build_id) if published.build_id else None
        finding_age.record_ages(draft.path, before)
        with closing(repository.Build(draft.path)) as after:
            report.findings = _finding_counts(after)
            failed = after.rows("select code from rules_run where state = 'not_checked' order by code")
            report.not_checked = [row["code"] for row in failed]
            report.changes = compare.headlines(before, after, compare.day_of_both(before, day))
            questions, losses = staged_questions.questions(before, after, context, earlier, sheets, register)
            report.preview = staged_diff.preview(before, after, day, context.key, questions, losses)
        watcher.step("compare", 1, 1)
        draft.note({"changes": json.dumps(report.changes)})
        moves_figures = [
            [(s.sheet_id, s.village_id, s.ledger_on, s.year_hint, s.columns, s.reading.ledger, s.reading.class_hint) for s in sheets],
            (heading_aliases.digest(context.aliases), layouts.digest(context.layouts), context.settings, day),
            (register.villages.to_dicts(), published.boundaries | context.boundaries),
        ]
        name_hash = hashlib.sha256(json.dumps(moves_figures, default=str, sort_keys=True).encode()).hexdigest()
        if then == "publish":
            report.build = draft.publish(name_hash)
        elif then == "stage":
            report.candidate = draft.stage(name_hash)
    return report


def _without_replaced(context: discover.LoadContext, sheets: list[sheet_store.LedgerSheet]) -> list[sheet_store.LedgerSheet]:
    """Return all sheets but those of earlier files that a corrected one replaces; the report names these."""
    published = context.published
    successors = corrections.find_replaced(published.files, context.files, sheets)
    files = {file.file_id: file for file in (*published.files, *context.files)}
    pairs = sorted(((files[old], files[new]) for old, new in successors.items()), key=lambda pair: pair[0].file)
    context.replaced = [{"file": old.file, "by": new.file} for old, new in pairs]
    context.successors |= {old.sha256: new.sha256 for old, new in pairs}
    published.forget({old.sha256 for old, _new in pairs})
    context.files = [file for file in context.files if file.file_id not in successors]
    return [sheet for sheet in sheets if sheet.file_id not in successors]


def _newest_day(sheets: list[sheet_store.LedgerSheet], today: dt.date) -> dt.date:
    """Return the newest reporting day that a ledger states, or the day of the load where none does, nor is there a ledger."""
    ledgers = [sheet for sheet in sheets if sheet.reading.ledger not in (None, "villages") and sheet.ledger_on]
    stated = [sheet for sheet in ledgers if sheet.ledger_on_source != "load"]
    days = [sheet.ledger_on for sheet in stated or ledgers if sheet.ledger_on]
    if not days and all(sheet.reading.ledger == "villages" or sheet.reading.state == "empty" for sheet in sheets):
        return today  # the register comes first: villages can have accounts then
    if not days:
        raise NothingToLoad(_("没有读到任何一份台账"))
    return max(days)


def _is_unchanged(context: discover.LoadContext, day: dt.date) -> bool:
    published = context.published
    has_news = not all(file.fault for file in context.files) or context.left_out or published.as_of != day.isoformat()
    if not published.build_id or has_news or context.is_answered:
        return False
    return published.boundaries == published.boundaries | context.boundaries and published.settings == context.settings


def _report(
    context: discover.LoadContext, register: place_and_date.Register, tables: build_tables.Tables, day: dt.date
) -> load_report.Report:
    villages = dict(register.villages.select("village_id", "name").iter_rows())
    lines = load_report.file_lines(context.files, context.sheets, tables.counts, villages)
    report = load_report.Report(lines, load_report.set_aside(lines), sorted(context.repeated), as_of=day.isoformat())
    report.problems, report.replaced, report.left_out = context.problems, context.replaced, context.left_out
    return report


def _finding_counts(build: repository.Build) -> dict[str, int]:
    return {row["code"]: row["count"] for row in build.rows("select code, count(*) as count from findings group by code order by code")}
