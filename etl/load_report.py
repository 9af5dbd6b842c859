"""The load report: what was read, what was set aside and why, and how the headline figures moved (contract.md)."""

import datetime as dt
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.forms import forms
from etl.records.build_tables import Counts
from etl.sheets.sheet_store import LedgerFile, LedgerSheet
from locales import _, either
from warehouse.builds.raw_sheets import sheet_title
from warehouse.metrics import registry
from warehouse.review import load_questions

REASONS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))  # why rows or a file were set aside


@dataclass
class SheetLine:
    """The sum of one sheet: rows_seen = rows_loaded + rows_set_aside + rows_not_data."""

    sheet: str
    ledger: str | None
    state: str
    rows_seen: int
    rows_loaded: int
    rows_set_aside: int
    rows_not_data: int
    headings_unknown: list[str] = field(default_factory=list)
    suggestions: dict[str, str] = field(default_factory=dict)


@dataclass
class FileLine:
    """One file with its sheets."""

    file: str
    sha256: str
    village: str | None
    reporting_day: str | None
    fault: str | None
    sheets: list[SheetLine] = field(default_factory=list)


@dataclass
class Report:
    """The whole report, JSON of contract.md: `build` is null where nothing was published, `candidate` where nothing is staged, `preview` without a change."""

    files: list[FileLine] = field(default_factory=list)
    set_aside: list[dict[str, Any]] = field(default_factory=list)
    already_loaded: list[str] = field(default_factory=list)
    build: str | None = None
    as_of: str | None = None
    findings: dict[str, int] = field(default_factory=dict)
    not_checked: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    replaced: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    candidate: str | None = None
    preview: dict[str, Any] | None = None


def sheet_line(sheet: LedgerSheet, counts: Counts) -> SheetLine:
    """Return the sum of one sheet; wide rows count once for every visit they hold."""
    reading = sheet.reading
    seen, loaded, aside = reading.rows_seen + counts.spread, counts.loaded, counts.set_aside
    if reading.ledger is None:
        loaded, aside = 0, {"unrecognised": reading.rows_seen, "asked": reading.rows_loaded}.get(reading.state, 0)
    unknown = [column.heading for column in reading.columns if column.field is None or reading.ledger is None]
    near = reading.suggestions if reading.ledger else {}
    return SheetLine(sheet.sheet, reading.ledger, reading.state, seen, loaded, aside, seen - loaded - aside, unknown, near)


def village_and_day(sheets: list[LedgerSheet]) -> tuple[str | None, dt.date | None]:
    """Return the one village that the sheets of a file speak of, and their newest reporting day."""
    villages = {sheet.village_id for sheet in sheets if sheet.village_id}
    days = [sheet.ledger_on for sheet in sheets if sheet.ledger_on and sheet.reading.ledger not in (None, "villages")]
    return villages.pop() if len(villages) == 1 else None, max(days, default=None)


def file_lines(files: list[LedgerFile], sheets: list[LedgerSheet], counts: dict[str, Counts], villages: dict[str, str]) -> list[FileLine]:
    """Return a line per file of this load, in the order of their names."""
    lines = []
    for file in sorted(files, key=lambda file: file.file):
        file_sheets = [sheet for sheet in sheets if sheet.file_id == file.file_id]
        village, day = village_and_day(file_sheets)
        line = FileLine(file.file, file.sha256, villages.get(village or ""), day.isoformat() if day else None, file.fault)
        line.sheets = [sheet_line(sheet, counts.get(sheet.sheet_id, Counts())) for sheet in file_sheets]
        lines.append(line)
    return lines


def set_aside(lines: list[FileLine]) -> list[dict[str, Any]]:
    """Return what may be data but was not loaded: file, sheet, rows, reason code, headings of an unrecognised sheet."""
    entries: list[dict[str, Any]] = []
    for line in lines:
        is_list = bool(line.sheets) and all(sheet.state == "returned" for sheet in line.sheets)
        if line.fault or is_list:
            entries.append({"file": line.file, "sheet": None, "rows": None, "reason": line.fault or "list_alone", "headings": []})
        for sheet in line.sheets:
            if sheet.rows_set_aside:
                entry = {"file": line.file, "sheet": sheet.sheet, "rows": sheet.rows_set_aside, "reason": "village_unknown", "headings": []}
                if sheet.state == "asked":
                    entry["reason"] = "asked"
                elif sheet.ledger is None:
                    entry |= {"reason": "sheet_unrecognised", "headings": sheet.headings_unknown}
                entries.append(entry)
    return entries


def text(report: Report) -> str:
    """Return the report as a person reads it on the screen."""
    lines = [*_sums(report), *_questions(report), *_aside(report), *_unknown(report), *report.problems, *_findings(report)]
    return "\n".join([*lines, *_changes(report), *(_preview(report.preview) if report.preview and report.preview["base"] else [])])


def _sums(report: Report) -> list[str]:
    sheets = [sheet for line in report.files for sheet in line.sheets]
    per_ledger: Counter[str] = Counter()
    for sheet in sheets:
        per_ledger[sheet.ledger or "-"] += sheet.rows_loaded
    seen, loaded = sum(sheet.rows_seen for sheet in sheets), per_ledger.total()
    aside = sum(sheet.rows_set_aside for sheet in sheets)
    head = _("读入 {files} 个文件：共 {seen} 行 = 载入 {loaded} 行 + 搁置 {aside} 行 + 非数据行 {other} 行")
    first = head.format(files=len(report.files), seen=seen, loaded=loaded, aside=aside, other=seen - loaded - aside)
    names = ledger_names()
    kinds = [f"  {names[ledger]}  {count}" for ledger, count in sorted(per_ledger.items()) if ledger != "-" and count]
    again = [_("{count} 个文件以前已载入，内容相同，不再重复").format(count=len(report.already_loaded))] if report.already_loaded else []
    replaced = [_("{by} 是 {file} 的改正版，已替换原来的").format(**pair) for pair in report.replaced]
    left_out = [_("已去掉：{file}").format(file=file) for file in report.left_out]
    return [first, *kinds, *again, *replaced, *left_out]


def _questions(report: Report) -> list[str]:
    """Return what a person should look at first, each with what the whole load moves where it stands."""
    names, questions = ledger_names(), report.preview["questions"] if report.preview else []
    lines = [
        f"  ？{load_questions.sentence(row, names.get(row['ledger'], ''))}\n    {load_questions.effect(row)}".rstrip() for row in questions
    ]
    return [_("请先核对这 {count} 处：").format(count=len(lines)), *lines] if lines else []


def ledger_names() -> dict[str, str]:
    """Return the name of each kind of ledger in the reader's language."""
    return {form.ledger: either(form.titles[0], form.title_en) for form in forms.forms().values()}


def _aside(report: Report) -> list[str]:
    lines = []
    for entry in report.set_aside:
        place = entry["file"] + (_(" 工作表“{sheet}”").format(sheet=sheet_title(entry["sheet"])) if entry["sheet"] else "")
        count = _("（{rows} 行）").format(rows=entry["rows"]) if entry["rows"] else ""
        lines.append(_("搁置：{place}{count}：{reason}").format(place=place, count=count, reason=either(*REASONS[entry["reason"]])))
        if entry["headings"]:
            lines.append(_("  找到的表头：{headings}").format(headings="、".join(entry["headings"])))
    return lines


def _unknown(report: Report) -> list[str]:
    """Return the unknown headings with the nearest known one, and where to say what they are."""
    lines = []
    sentence = _("未识别的表头：{file} 工作表“{sheet}”的“{heading}”{hint}（该列没有存入）")
    for file, sheet in [(line.file, sheet) for line in report.files for sheet in line.sheets if sheet.ledger]:
        for heading in sheet.headings_unknown:
            near = sheet.suggestions.get(heading)
            hint = _("，是不是“{near}”？").format(near=near) if near else ""
            lines.append(sentence.format(file=file, sheet=sheet_title(sheet.sheet), heading=heading, hint=hint))
    remedy = _("如果某个表头就是系统里的某一项，请在“表样与词语”页（或 python -m etl layouts import）说明它是哪一项，程序会重新读")
    return [*lines, remedy] if lines else []


def _findings(report: Report) -> list[str]:
    if report.as_of is None:
        return []
    head = _("检查（截至 {day}）：发现 {count} 条").format(day=report.as_of, count=sum(report.findings.values()))
    failed = [_("未检查：规则 {code} 没有运行").format(code=code) for code in report.not_checked]
    return [head, *failed]


def _changes(report: Report) -> list[str]:
    names = registry.load_titles()
    lines = [f"  {names[row['figure']]}  {'—' if row['before'] is None else row['before']} → {row['after']}" for row in report.changes]
    day = report.preview["day"] if report.preview else report.as_of
    return [_("主要指标（截至 {day}，上一版 → 本版）：").format(day=day), *lines] if lines else []


def _preview(preview: dict[str, Any]) -> list[str]:
    names = ledger_names()
    rows = [
        _("  {ledger}：新增 {new} 行，改动 {changed} 行，不再有 {gone} 行").format(**row | {"ledger": names[row["ledger"]]})
        for row in preview["rows"]
        if row["new"] or row["changed"] or row["gone"]
    ]
    children = Counter(row["change"] for row in preview["children"])
    sentence = _(
        "  儿童（截至 {day}）：新进 {entering} 人，转村 {moving} 人，退出 {leaving} 人，新发现漏报 {vanished} 人，更正证件号 {renumbered} 人"
    )
    changes = ("entering", "moving", "leaving", "vanished", "renumbered")
    sentence = sentence.format(day=preview["own_day"], **{change: children[change] for change in changes})
    sums: Counter[str] = Counter()
    for row in preview["findings"]:
        sums[row["change"]] += row["findings"]
    findings = _("  问题：新增 {new} 条，消除 {mended} 条，因栏目或台账不见而查不到 {lost} 条")
    findings = findings.format(**{change: sums[change] for change in ("new", "mended", "lost")})
    moved = dict.fromkeys(row["village"] for row in preview["figures"] if row["before"] != row["after"])
    villages = _("  主要指标有变化的村（社区）：{names}").format(names="、".join(moved) or _("没有"))
    return [_("与已发布的版本相比："), *rows, sentence, findings, villages]
