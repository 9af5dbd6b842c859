"""Exported tables as .csv and .xlsx: the same cells in both, under a block that says what they are.

Every text that a spreadsheet would take for a formula is defused; a cell without a number says why by its sign.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from checks.catalogue import word
from locales import _, language
from pages.downloads import xlsx_charts, xlsx_writer
from pages.downloads.sheets import Edition, Sheet
from pages.text import formatting, labels, receipt_text, statuses
from warehouse.disclosure import cell_display
from warehouse.disclosure.child_cells import Table
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import Receipt
from warehouse.metrics import query, registry
from warehouse.storage.csv_injection import defused

SHARES = ("actual", "target", "score")
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def edition(
    release: Release,
    build_id: str,
    threshold: int,
    receipt: Receipt | None = None,
    targets: Mapping[str, float] | None = None,
    has_charts: bool = True,
) -> Edition:
    """Return the tables of a release with the words around them; without a receipt, as they are previewed. `targets` are those of shares."""
    days = sorted({str(table.as_of) for table in release.tables})
    names = list(dict.fromkeys(table.metric for table in release.tables))
    block = [
        _("内容：{names}").format(names=formatting.join_names([labels.metric_name(name) for name in names])),
        _("统计截至：{day}（目标按各自的目标日）").format(day=formatting.join_names(days)),
        _("数据版本：{build}").format(build=build_id),
        *(receipt_text.lines(receipt) if receipt else []),
        *(_("{name}的定义：{text}").format(name=labels.metric_name(name), text=query.definition(name, language())) for name in names),
        *cell_display.key(threshold),
    ]
    sheets = [_sheet(release, table, targets or {}, has_charts) for table in release.tables]
    return Edition(block, sheets, stamp(formatting.join_names(days), build_id, receipt))


def stamp(day: str, build_id: str, receipt: Receipt | None = None) -> str:
    """Return the one line for the foot of each page: day, build, and the number where there is one."""
    text = _("统计截至 {day} · 版本 {build}").format(day=day, build=build_id)
    return text + (" · " + _("收据编号：{no}").format(no=receipt.no) if receipt else "")


def _sheet(release: Release, table: Table, targets: Mapping[str, float], has_charts: bool) -> Sheet:
    """Return a table with headings and codes in words."""
    rows = release.rows(table)
    names = list(rows[0]) if rows else []
    shares = frozenset(at for at, name in enumerate(names) if name.endswith("_share") or name in SHARES)
    title = f"{labels.metric_name(table.metric)} {group_name(table.by)}"
    headings = [_heading(table.metric, name) for name in names]
    lines = [[_worded(name, row[name]) for name in names] for row in rows]
    return Sheet(title, headings, lines, shares, xlsx_charts.of(table, rows, targets) if has_charts else ())


def texts(sheet: Sheet) -> list[list[str]]:
    """Return the cells of a sheet in words, as the page previews them and .csv holds them."""
    return [[cell_display.text(value, at in sheet.shares) for at, value in enumerate(row)] for row in sheet.rows]


def as_csv(edition: Edition) -> bytes:
    """Return UTF-8 with BOM: the block, then each table under its name, blank lines between."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    lines: list[list[str]] = [[line] for line in edition.block]
    for sheet in edition.sheets:
        lines += [[], [sheet.name], sheet.headings, *texts(sheet)]
    writer.writerows([[defused(cell) for cell in line] for line in lines])
    return stream.getvalue().encode("utf-8-sig")


FORMS: dict[str, Callable[[Edition], bytes]] = {"csv": as_csv, "xlsx": xlsx_writer.as_xlsx}


def write(form: str, release: Release, receipt: Receipt, threshold: int, targets: Mapping[str, float] | None = None) -> bytes:
    """Return tables in a form of FORMS; a workbook's charts show the `targets` of their shares."""
    return FORMS[form](edition(release, receipt.build, threshold, receipt, targets, has_charts=form == "xlsx"))


def file_name(release: Release, form: str) -> str:
    """Return a name of metrics, groups and day: none of a person, none of a place."""
    metrics = "_".join(dict.fromkeys(table.metric for table in release.tables))
    groups = "_".join(dict.fromkeys(table.by for table in release.tables))
    return f"{metrics}.{groups}.{release.tables[0].as_of}.{form}"


def group_name(by: str) -> str:
    """What a group is called."""
    return {"town": _("全镇"), "village": _("按村（社区）"), "class": _("按类别"), "village_class": _("按村（社区）和类别")}[by]


def _heading(metric: str, name: str) -> str:
    """A column in words."""
    named = {
        "village_id": _("区划代码"),
        "village": _("村（社区）"),
        "class_no": _("类别"),
        "state": _("资格"),
        "reason": _("原因"),
        "children": _("人次"),
        "goal_year": _("目标年"),
        "indicator": _("指标"),
        "as_of": _("目标日"),
        "numerator": _("分子"),
        "denominator": _("分母"),
        "actual": _("实际"),
        "target": _("目标"),
        "weight": _("权重"),
        "status": _("完成情况"),
        "score": _("得分"),
    }.get(name)
    return named or (labels.share_name(name) if name in registry.shares() else labels.figure_name(f"{metric}.{name}"))


def _worded(name: str, value: object) -> object:
    """Codes in words; numbers and cells without one stay."""
    if isinstance(value, cell_display.Shown):
        return value
    if name == "class_no":
        return formatting.class_short(int(str(value)))
    if name == "state":
        return labels.word("state", str(value))
    if name == "reason":
        return word(str(value), formatting.catalogue_language())
    if name == "indicator":
        return labels.share_name(str(value))
    if name == "status":
        return statuses.STATUSES[str(value)].word
    return value if isinstance(value, (int, float, str)) else str(value)
