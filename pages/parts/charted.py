"""Charts that leave the house: which there are, the tables each is drawn from, its words, its file. No streamlit.

Every figure comes from the rows of what leaves (warehouse/leaving.py), so that what is withheld in a table is withheld in a chart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locales import _
from pages.parts import codes, drawing, drawn, drawn_months, pictures, receipt_words, words
from pages.parts.drawing import Cell, Drawing
from warehouse import behind, leaving, shown
from warehouse.child_counts import columns
from warehouse.leaving import Leaving
from warehouse.receipts import Receipt

KINDS = ("village", "map", "class", "steps", "path", "months")
OVER_TIME = ("path", "months")  # drawn of month ends too
STEPS = ("registered", "in_scope", "covered", "conforming", "on_pace", "no_overdue_need")
FORMS: dict[str, str] = {"png": "image/png", "svg": "image/svg+xml"}
_TWICE = ("visit_target_share",)  # the same counts as visit_pace_share, under the name that they have on a goal's day


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
        share
        for share, (name, *parts) in behind.parts().items()
        if name == metric and share not in _TWICE and by in leaving.offered(metric) and {*parts} <= {*columns(metric)}
    ]


def offered(kind: str) -> list[str]:
    """The shares that a kind of chart is offered for; none for the steps."""
    by = "class" if kind == "class" else "village"
    return (
        []
        if kind == "steps"
        else [share for metric in dict.fromkeys(told[0] for told in behind.parts().values()) for share in shares(metric, by)]
    )


def tables(kind: str, share: str, place: str | None = None) -> list[tuple[str, str]]:
    """The tables, (metric, group), that a chart is drawn from."""
    if kind == "steps":
        return [("cascade", "town")]
    metric = behind.parts()[share][0]
    if kind in OVER_TIME and not place:
        return [(metric, by) for by in (("town",) if kind == "path" else ("town", "village"))]
    return [(metric, "class" if kind == "class" else "village")]


def also(kind: str, months: Sequence[dt.date], day: dt.date) -> list[dt.date]:
    """The month ends before the day that a chart is drawn of besides, oldest first; none but of charts over time."""
    return [on for on in months if on < day][1 - drawn_months.MOST :] if kind in OVER_TIME else []


def over_time(made: Leaving, chosen: Chosen) -> tuple[list[dt.date], list[tuple[str, list[tuple[Cell, Cell]]]]]:
    """(days, lines of name and parts by day): the town, then villages by their newest share, the neediest first; or one place alone."""
    _metric, numerator, denominator = behind.parts()[chosen.share]
    found: dict[str, list[tuple[Cell, Cell]]] = {}
    for table in sorted(made.tables, key=lambda table: (table.as_of, table.by != "town")):
        for row in [row for row in made.rows(table) if chosen.place in (None, row.get("village_id"))]:
            found.setdefault(str(row.get("village", _("全镇"))), []).append((row[numerator], row[denominator]))
    lines = sorted(found.items(), key=lambda line: (line[0] != _("全镇"), drawn.need((line[0], *line[1][-1]))))
    return sorted({table.as_of for table in made.tables}), lines


def parts(rows: Sequence[Mapping[str, Any]], share: str) -> list[tuple[str, Cell, Cell]]:
    """(name, numerator, denominator) of a share in the rows of a table by village or class."""
    _metric, numerator, denominator = behind.parts()[share]
    return [(name_of(row), row[numerator], row[denominator]) for row in rows]


def name_of(row: Mapping[str, Any]) -> str:
    """The village or class of a row."""
    return str(row["village"]) if "village" in row else words.class_short(int(row["class_no"]))


def steps(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Cell]]:
    """The steps of the row of a place."""
    return [(codes.figure_name(f"cascade.{name}"), rows[0][name]) for name in STEPS]


def picture(made: Leaving, chosen: Chosen) -> Drawing:
    """The drawing of what leaves."""
    if chosen.kind in OVER_TIME:
        days, lines = over_time(made, chosen)
        return pictures.field(days, lines) if chosen.kind == "months" else pictures.path(days, lines[0][1], chosen.target)
    rows = made.rows(made.tables[0])
    if chosen.kind == "steps":
        return pictures.cascade(steps(rows))
    told = parts(rows, chosen.share)
    if chosen.kind == "map":
        shares_of = {row["village_id"]: part[1:] for row, part in zip(rows, told, strict=True)}
        return pictures.town_map([*chosen.villages], shares_of, ())
    return pictures.share_bars(told, chosen.target)


def title(made: Leaving, chosen: Chosen) -> str:
    """The finding, made from the figures that are told."""
    if chosen.kind in OVER_TIME:
        return _title_over_time(*over_time(made, chosen), chosen)
    rows = made.rows(made.tables[0])
    if chosen.kind == "steps":
        (_name, first), *_between, (_last, last) = steps(rows)
        share = drawn.share_of(last, first)
        told = _("在册 {registered} 人，关爱到位 {cared} 人（{share}）")
        return told.format(registered=shown.text(first), cared=shown.text(last), share=_share(share, last))
    told_parts = parts(rows, chosen.share)
    known = [(name, int(n), int(d)) for name, n, d in told_parts if isinstance(n, int) and isinstance(d, int)]
    held = sum(drawing.is_withheld(n, d) for _name, n, d in told_parts)
    name = words.among_told(codes.share_name(chosen.share), len(known), held)
    says = class_title(name, known) if chosen.kind == "class" else words.coverage_title(name, known)
    return says + (_("；另有 {count} 个不公布").format(count=held) if held else "")


def _title_over_time(days: Sequence[dt.date], lines: list[tuple[str, list[tuple[Cell, Cell]]]], chosen: Chosen) -> str:
    """How the first line moved from the first day that is told to the last, and which of the others lacks most."""
    (place, first), *others = lines
    said = _("{place}：{measure}").format(place=place, measure=codes.share_name(chosen.share))
    told = [(day, share) for day, pair in zip(days, first, strict=True) if (share := drawn.share_of(*pair)) is not None]
    if told:
        (begin, was), (end, is_now) = told[0], told[-1]
        moved = _("{measure}从 {first}（{begin}）到 {last}（{end}）")
        said = moved.format(measure=said, first=words.percent(was), begin=f"{begin:%Y-%m}", last=words.percent(is_now), end=f"{end:%Y-%m}")
    known = [(name, share) for name, found in others if (share := drawn.share_of(*found[-1])) is not None]
    if known and min(share for _name, share in known) < 1:
        name, share = min(known, key=lambda line: line[1])
        said += _("，最低的是{name} {share}").format(name=name, share=words.percent(share))
    held = sum(drawing.is_withheld(*pair) for _name, found in lines for pair in found)
    return said[:1].upper() + said[1:] + (_("；另有 {count} 个不公布").format(count=held) if held else "")


def _share(share: float | None, cell: Cell) -> str:
    """A share in a sentence, or the sign of why there is none."""
    return shown.text(cell) if share is None else words.percent(share)


def class_title(name: str, rows: list[tuple[str, int, int]]) -> str:
    """What bars by class show, from (class, numerator, denominator)."""
    counted = sorted((row for row in rows if row[2]), key=lambda row: row[1] / row[2])
    if not counted:
        return _("{title}：没有可计算的类别").format(title=name)
    lowest, numerator, denominator = counted[0]
    told = _("{title}：最低的是 {name} {share}")
    return told.format(title=name, name=lowest, share=words.share(numerator, denominator))


def subtitle(made: Leaving, chosen: Chosen) -> str:
    """Measure, unit and day."""
    day = _day(made)
    if chosen.kind == "steps":
        return _("每一步都是上一步的一部分，单位：人，百分比以在册为分母，截至 {day}").format(day=day)
    metric, numerator, denominator = behind.parts()[chosen.share]
    told = _("{name} ＝ {numerator} ÷ {denominator}，单位：%，{group}，截至 {day}")
    return told.format(
        name=codes.share_name(chosen.share),
        numerator=codes.figure_name(f"{metric}.{numerator}"),
        denominator=codes.figure_name(f"{metric}.{denominator}"),
        group=_("每月末") if chosen.kind in OVER_TIME else _("按类别") if chosen.kind == "class" else _("按村（社区）"),
        day=day,
    )


def _day(made: Leaving) -> dt.date:
    """The newest day of what leaves."""
    return max(table.as_of for table in made.tables)


def foot(made: Leaving, build_id: str, threshold: int, receipt: Receipt | None = None) -> list[str]:
    """The small lines under a chart; without a receipt, as it is previewed. The signs are explained where one stands."""
    signs = {cell for table in made.tables for row in made.rows(table) for cell in row.values() if isinstance(cell, shown.Shown)}
    source = _("来源：各村（社区）报来的台账，同行看板计算；数据版本：{build}")
    return [source.format(build=build_id), *(receipt_words.lines(receipt) if receipt else []), *(shown.key(threshold) if signs else [])]


def made_as(form: str, made: Leaving, chosen: Chosen, build_id: str, threshold: int, receipt: Receipt | None = None) -> bytes:
    """The file of a chart in a form of FORMS."""
    write = {"png": pictures.as_png, "svg": pictures.as_svg}[form]
    return write(picture(made, chosen), title(made, chosen), subtitle(made, chosen), foot(made, build_id, threshold, receipt))


def writer(form: str, chosen: Chosen) -> Callable[[Leaving, Receipt, int], bytes]:
    """What writes a chart, as pages/parts/handing.py calls it."""
    return lambda made, receipt, threshold: made_as(form, made, chosen, receipt.build, threshold, receipt)


def spoken(made: Leaving, chosen: Chosen) -> str:
    """Alternative text of a chart, made from its figures."""
    rows = made.rows(made.tables[0])
    if chosen.kind in OVER_TIME:
        days, lines = over_time(made, chosen)
        spoken_of = [(str(day), pair) for day, pair in zip(days, lines[0][1], strict=True)]
        spoken_of += [(name, found[-1]) for name, found in lines[1:]]
        told = [f"{name} {drawn.share_text(*pair, None)}" for name, pair in spoken_of]
    elif chosen.kind == "steps":
        told = [f"{name} {shown.text(count)}" for name, count in steps(rows)]
    else:
        told = [f"{name} {drawn.share_text(n, d, None)}" for name, n, d in parts(rows, chosen.share)]
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


def file_name(made: Leaving, chosen: Chosen, form: str) -> str:
    """A name of the share, the kind and the day."""
    return f"{chosen.share or 'cascade'}.{chosen.kind}.{_day(made)}.{form}"
