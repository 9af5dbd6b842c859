"""What a workbook's charts show: of each table by village or class its shares, of the town its steps and goals; numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from locales import _
from pages.chart_files import bar_drawing, chart_export
from pages.downloads.sheets import Series
from pages.text import labels
from warehouse.disclosure.child_cells import Table


def of(table: Table, rows: Sequence[Mapping[str, Any]], targets: Mapping[str, float]) -> tuple[Series, ...]:
    """The charts of a table as it leaves: `rows` have Shown where a figure is withheld or missing, and such cells are left out."""
    if table.metric == "cascade":
        return (_steps(rows),) if table.by == "town" else ()
    if table.metric == "goals":
        return _goals(rows) if table.by == "town" else ()
    if table.by == "town":
        return ()
    charts = [_share(table, rows, share, targets.get(share)) for share in chart_export.shares(table.metric, table.by)]
    return tuple(series for series in charts if series.lines)


def _share(table: Table, rows: Sequence[Mapping[str, Any]], share: str, target: float | None) -> Series:
    """The bars of a share, each named with its parts."""
    bars = [(name, n, d, value) for name, n, d in chart_export.parts(rows, share) if (value := bar_drawing.share_of(n, d)) is not None]
    lines = tuple((f"{name} {n}/{d}", value, target) for name, n, d, value in sorted(bars, key=lambda bar: (bar[3], bar[0])))
    group = _("按类别") if table.by == "class" else _("按村（社区）")
    title = _("{measure}（{group}）").format(measure=labels.share_name(share), group=group)
    return Series(title, group, lines)


def _steps(rows: Sequence[Mapping[str, Any]]) -> Series:
    """From registered to cared for, in their order."""
    lines = tuple((name, count, None) for name, count in chart_export.steps(rows) if isinstance(count, int))
    return Series(_("从在册到关爱到位"), _("步骤"), lines, is_share=False)


def _goals(rows: Sequence[Mapping[str, Any]]) -> tuple[Series, ...]:
    """Each year's indicators beside their targets."""
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
