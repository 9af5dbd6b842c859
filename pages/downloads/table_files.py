"""Exported tables as .csv and .xlsx: the same cells, under a block that says what they are; texts defused, no number without its sign."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from checks.catalogue import word
from locales import _
from pages.chart_files import chart_export
from pages.downloads import xlsx_writer
from pages.downloads.xlsx_writer import Edition, Series, Sheet
from pages.text import formatting, labels, receipt_text, statuses
from warehouse.disclosure import cell_display
from warehouse.disclosure.child_cells import Table, columns
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import Receipt
from warehouse.metrics import registry
from warehouse.storage.csv_injection import lines_as_csv

SHARES = ("actual", "target", "score", "coverage_low", "coverage_high")
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def edition(release: Release, build_id: str, receipt: Receipt | None = None, targets: Mapping[str, float] | None = None) -> Edition:
    """Return the tables of a release with the words around them (a preview has no receipt) and charts of the shares that have `targets`."""
    days = sorted({str(table.as_of) for table in release.tables})
    names = list(dict.fromkeys(table.metric for table in release.tables))
    block = [
        receipt_text.mark(release.edition),
        _("内容：{names}").format(names=formatting.join_names([labels.metric_name(name) for name in names])),
        _("统计截至：{day}（目标按各自的目标日）").format(day=formatting.join_names(days)),
        _("数据版本：{build}").format(build=build_id),
        *(receipt_text.lines(receipt) if receipt else []),
        *(_("{name}的定义：{text}").format(name=labels.metric_name(name), text=labels.definition(name)) for name in names),
        *cell_display.key(release.threshold),
    ]
    sheets = [_sheet(release, table, targets) for table in release.tables]
    return Edition(block, sheets, receipt_text.stamp(release.edition, formatting.join_names(days), build_id, receipt))


def _sheet(release: Release, table: Table, targets: Mapping[str, float] | None) -> Sheet:
    rows = release.rows(table)
    names = list(rows[0] if rows else (*registry.GROUPS[table.by], *columns(table.metric)))
    shares = frozenset(at for at, name in enumerate(names) if name.endswith("_share") or name in SHARES)
    title = f"{labels.metric_name(table.metric)} · {labels.word('table_group', table.by)}"
    headings = [_heading(table.metric, name) for name in names]
    lines = [[_worded(name, row[name]) for name in names] for row in rows]
    return Sheet(title, headings, lines, shares, _charts(table, rows, targets) if targets is not None else ())


def texts(sheet: Sheet) -> list[list[str]]:
    """Return the cells of a sheet in words, as the page previews them and .csv holds them."""
    return [[cell_display.text(value, at in sheet.shares) for at, value in enumerate(row)] for row in sheet.rows]


def as_csv(edition: Edition) -> bytes:
    """Return UTF-8 with BOM: the block, then each table under its name, blank lines between."""
    lines: list[list[str]] = [[line] for line in edition.block]
    for sheet in edition.sheets:
        lines += [[], [sheet.name], sheet.headings, *texts(sheet)]
    return lines_as_csv(lines)


FORMS: dict[str, Callable[[Edition], bytes]] = {"csv": as_csv, "xlsx": xlsx_writer.as_xlsx}


def write(form: str, release: Release, receipt: Receipt, targets: Mapping[str, float] | None = None) -> bytes:
    """Return tables in a form of FORMS; a workbook's charts show the `targets` of their shares."""
    return FORMS[form](edition(release, receipt.build, receipt, targets if form == "xlsx" else None))


def file_name(release: Release, form: str) -> str:
    """Return a name of metrics, groups, day and edition: none of a person, none of a place."""
    metrics = [*dict.fromkeys(labels.metric_name(table.metric) for table in release.tables)]
    groups = dict.fromkeys(labels.word("table_group", table.by) for table in release.tables)
    names = metrics if len(metrics) <= formatting.FEW else [_("{count}张表").format(count=len(release.tables))]
    edition = labels.word("edition", release.edition)
    return formatting.file_name(*names, *groups, release.tables[0].as_of, edition, ending=form)


def _heading(metric: str, name: str) -> str:
    heading = labels.word("export_column", name)
    if heading != name:
        return heading
    return labels.share_name(name) if name in registry.shares() else labels.figure_name(f"{metric}.{name}")


_WORDED: dict[str, Callable[[str], str]] = {
    "class_no": lambda text: formatting.class_short(int(text)),
    "state": partial(labels.word, "state"),
    "reason": word,
    "indicator": labels.share_name,
    "status": lambda text: statuses.STATUSES[text].word,
}


def _worded(name: str, value: object) -> object:
    if name in _WORDED and not isinstance(value, cell_display.Shown):
        return _WORDED[name](str(value))
    return value if isinstance(value, (int, float, str, cell_display.Shown)) else str(value)


def _charts(table: Table, rows: Sequence[Mapping[str, Any]], targets: Mapping[str, float]) -> tuple[Series, ...]:
    """Return a workbook's charts of a table, numbers alone: by village or class its shares, of the town its steps and goals."""
    if table.metric == "cascade":
        steps = tuple((name, count, None) for name, count in chart_export.steps(rows) if isinstance(count, int))
        return (Series(_("从在册到关爱到位"), _("步骤"), steps, is_share=False),) if table.by == "town" else ()
    if table.metric == "goals":
        return _goals(rows) if table.by == "town" else ()
    if table.by == "town":
        return ()
    charts = [_share(table, rows, share, targets.get(share)) for share in chart_export.shares(table.metric, table.by)]
    return tuple(series for series in charts if series.lines)


def _share(table: Table, rows: Sequence[Mapping[str, Any]], share: str, target: float | None) -> Series:
    bars = [
        (name, n, d, value) for name, n, d in chart_export.parts(rows, share) if isinstance(value := cell_display.share_of(n, d), float)
    ]
    lines = tuple((f"{name} {n}/{d}", value, target) for name, n, d, value in sorted(bars, key=lambda bar: (bar[3], bar[0])))
    group = _("按类别") if table.by == "class" else _("按村（社区）")
    title = _("{measure}，{group}").format(measure=labels.share_name(share), group=group)
    return Series(title, group, lines)


def _goals(rows: Sequence[Mapping[str, Any]]) -> tuple[Series, ...]:
    charts = []
    for year in sorted({row["goal_year"] for row in rows}):
        of_year = [row for row in rows if row["goal_year"] == year and isinstance(row["actual"], float)]
        of_year.sort(key=lambda row: row["actual"] - row["target"])
        lines = tuple(
            (f"{labels.share_name(row['indicator'])} {row['numerator']}/{row['denominator']}", row["actual"], row["target"])
            for row in of_year
        )
        charts.append(Series(_("{year}年目标：实际与目标").format(year=year), _("指标"), lines))
    return tuple(series for series in charts if series.lines)
