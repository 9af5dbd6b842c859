"""Charts that leave the house: which there are, the tables each is drawn from, its words, its file. No streamlit.

Every figure comes from the rows of what leaves (warehouse/disclosure/release.py), so that what is withheld in a table is withheld in a chart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locales import _
from pages.chart_files import bar_drawing, canvas, monthly_chart_export, render
from pages.chart_files.canvas import Cell, Drawing
from pages.text import formatting, labels, receipt_text
from warehouse.disclosure import cell_display, release
from warehouse.disclosure.child_cells import columns
from warehouse.disclosure.receipts import Receipt
from warehouse.disclosure.release import Release
from warehouse.metrics import drilldown, registry

KINDS = ("village", "map", "class", "steps", *monthly_chart_export.KINDS)
FORMS: dict[str, str] = {"png": "image/png", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Chosen:
    """A chart: its kind, the share that it shows ("" where it shows none), the share's target, the places it is drawn of.

    `place` is the village that a chart over time is of alone; None: the town.
    """

    kind: str
    share: str = ""
    target: float | None = None
    villages: tuple[Mapping[str, Any], ...] = ()
    place: str | None = None


def shares(metric: str, by: str) -> list[str]:
    """The shares whose two parts a table of a metric holds."""
    return [
        code
        for code, share in registry.metrics()[metric].shares.items()
        if not share.same_as and by in release.offered(metric) and {*share.parts} <= {*columns(metric)}
    ]


def offered(kind: str) -> list[str]:
    """The shares that a kind of chart is offered for; none for the steps."""
    by = "class" if kind == "class" else "village"
    return [] if kind == "steps" else [share for metric in registry.metrics() for share in shares(metric, by)]


def tables(kind: str, share: str, place: str | None = None) -> list[tuple[str, str]]:
    """The tables, (metric, group), that a chart is drawn from."""
    if kind == "steps":
        return [("cascade", "town")]
    metric = drilldown.share_parts()[share][0]
    if kind in monthly_chart_export.KINDS:
        return monthly_chart_export.tables(kind, metric, place)
    return [(metric, "class" if kind == "class" else "village")]


def parts(rows: Sequence[Mapping[str, Any]], share: str) -> list[tuple[str, Cell, Cell]]:
    """(name, numerator, denominator) of a share in the rows of a table by village or class."""
    _metric, numerator, denominator = drilldown.share_parts()[share]
    return [(name_of(row), row[numerator], row[denominator]) for row in rows]


def name_of(row: Mapping[str, Any]) -> str:
    """The village or class of a row."""
    return str(row["village"]) if "village" in row else formatting.class_short(int(row["class_no"]))


def steps(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Cell]]:
    """The steps of the row of a place."""
    return [(labels.figure_name(f"cascade.{name}"), rows[0][name]) for name in registry.metrics()["cascade"].columns]


def picture(made: Release, chosen: Chosen) -> Drawing:
    """The drawing of what leaves."""
    if chosen.kind in monthly_chart_export.KINDS:
        return monthly_chart_export.picture(chosen.kind, monthly_chart_export.lines(made, chosen.share, chosen.place), chosen.target)
    rows = made.rows(made.tables[0])
    if chosen.kind == "steps":
        return render.cascade(steps(rows))
    told = parts(rows, chosen.share)
    if chosen.kind == "map":
        shares_of = {row["village_id"]: part[1:] for row, part in zip(rows, told, strict=True)}
        return render.town_map([*chosen.villages], shares_of, ())
    return render.share_bars(told, chosen.target)


def title(made: Release, chosen: Chosen) -> str:
    """The finding, made from the figures that are told."""
    if chosen.kind in monthly_chart_export.KINDS:
        return monthly_chart_export.title(monthly_chart_export.lines(made, chosen.share, chosen.place), chosen.share)
    rows = made.rows(made.tables[0])
    if chosen.kind == "steps":
        (_name, first), *_between, (_last, last) = steps(rows)
        share = bar_drawing.share_of(last, first)
        told = _("在册 {registered} 人，关爱到位 {cared} 人（{share}）")
        return told.format(registered=cell_display.text(first), cared=cell_display.text(last), share=_share(share, last))
    told_parts = parts(rows, chosen.share)
    known = [(name, int(n), int(d)) for name, n, d in told_parts if isinstance(n, int) and isinstance(d, int)]
    held = sum(canvas.is_withheld(n, d) for _name, n, d in told_parts)
    name = formatting.among_told(labels.share_name(chosen.share), len(known), held)
    says = class_title(name, known) if chosen.kind == "class" else formatting.coverage_title(name, known)
    return says + (_("；另有 {count} 个不公布").format(count=held) if held else "")


def _share(share: float | None, cell: Cell) -> str:
    """A share in a sentence, or the sign of why there is none."""
    return cell_display.text(cell) if share is None else formatting.percent(share)


def class_title(name: str, rows: list[tuple[str, int, int]]) -> str:
    """What bars by class show, from (class, numerator, denominator)."""
    counted = sorted((row for row in rows if row[2]), key=lambda row: row[1] / row[2])
    if not counted:
        return _("{title}：没有可计算的类别").format(title=name)
    lowest, numerator, denominator = counted[0]
    told = _("{title}：最低的是 {name} {share}")
    return told.format(title=name, name=lowest, share=formatting.share(numerator, denominator))


def subtitle(made: Release, chosen: Chosen) -> str:
    """Measure, unit and day."""
    day = _day(made)
    if chosen.kind == "steps":
        return _("每一步都是上一步的一部分，单位：人，百分比以在册为分母，截至 {day}").format(day=day)
    metric, numerator, denominator = drilldown.share_parts()[chosen.share]
    told = _("{name} ＝ {numerator} ÷ {denominator}，单位：%，{group}，截至 {day}")
    return told.format(
        name=labels.share_name(chosen.share),
        numerator=labels.figure_name(f"{metric}.{numerator}"),
        denominator=labels.figure_name(f"{metric}.{denominator}"),
        group=_("每月末") if chosen.kind in monthly_chart_export.KINDS else _("按类别") if chosen.kind == "class" else _("按村（社区）"),
        day=day,
    )


def _day(made: Release) -> dt.date:
    """The newest day of what leaves."""
    return max(table.as_of for table in made.tables)


def foot(made: Release, build_id: str, threshold: int, receipt: Receipt | None = None) -> list[str]:
    """The small lines under a chart; without a receipt, as it is previewed. The signs are explained where one stands."""
    signs = {cell for table in made.tables for row in made.rows(table) for cell in row.values() if isinstance(cell, cell_display.Shown)}
    source = _("来源：各村（社区）报来的台账，同行看板计算；数据版本：{build}")
    return [
        source.format(build=build_id),
        *(receipt_text.lines(receipt) if receipt else []),
        *(cell_display.key(threshold) if signs else []),
    ]


def made_as(form: str, made: Release, chosen: Chosen, build_id: str, threshold: int, receipt: Receipt | None = None) -> bytes:
    """The file of a chart in a form of FORMS."""
    write = {"png": render.as_png, "svg": render.as_svg}[form]
    return write(picture(made, chosen), title(made, chosen), subtitle(made, chosen), foot(made, build_id, threshold, receipt))


def writer(form: str, chosen: Chosen) -> Callable[[Release, Receipt, int], bytes]:
    """What writes a chart, as pages/downloads/export_service.py calls it."""
    return lambda made, receipt, threshold: made_as(form, made, chosen, receipt.build, threshold, receipt)


def spoken(made: Release, chosen: Chosen) -> str:
    """Alternative text of a chart, made from its figures."""
    rows = made.rows(made.tables[0])
    if chosen.kind in monthly_chart_export.KINDS:
        told = monthly_chart_export.spoken(monthly_chart_export.lines(made, chosen.share, chosen.place))
    elif chosen.kind == "steps":
        told = [f"{name} {cell_display.text(count)}" for name, count in steps(rows)]
    else:
        told = [f"{name} {bar_drawing.share_text(n, d, None)}" for name, n, d in parts(rows, chosen.share)]
    return title(made, chosen) + ": " + "; ".join(told)


def kind_name(kind: str) -> str:
    """What a kind of chart is called."""
    return {
        "village": _("条形图，按村（社区）"),
        "map": _("地图"),
        "class": _("条形图，按类别"),
        "steps": _("从在册到关爱到位"),
        "path": _("走势，每月末"),
        "months": _("各村（社区）走势，每月末"),
    }[kind]


def file_name(made: Release, chosen: Chosen, form: str) -> str:
    """A name of the share, the kind and the day."""
    return f"{chosen.share or 'cascade'}.{chosen.kind}.{_day(made)}.{form}"
