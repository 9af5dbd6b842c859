"""Charts over month ends that leave the house: their tables and days, their lines, their words. No streamlit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from locales import _
from pages.chart_files import bar_drawing, canvas, render
from pages.chart_files.canvas import Cell, Drawing
from pages.chart_files.line_drawing import MOST
from pages.text import formatting, labels
from warehouse.disclosure.release import Release
from warehouse.metrics import drilldown

KINDS = ("path", "months")  # a line of one place, a field of all


@dataclass(frozen=True)
class Lines:
    """Days, oldest first, and by place its name and the parts of a share on each: the town, then villages, the neediest now first."""

    days: list[dt.date]
    places: list[tuple[str, list[tuple[Cell, Cell]]]]


def tables(kind: str, metric: str, place: str | None) -> list[tuple[str, str]]:
    """The tables, (metric, group), of a chart of a village or, without a place, of the town."""
    if place:
        return [(metric, "village")]
    return [(metric, "town"), *([(metric, "village")] if kind == "months" else [])]


def also(kind: str, months: Sequence[dt.date], day: dt.date) -> list[dt.date]:
    """The month ends before the day that a chart is drawn of besides, oldest first; none for charts of one day."""
    return [on for on in months if on < day][1 - MOST :] if kind in KINDS else []


def lines(made: Release, share: str, place: str | None) -> Lines:
    """What a chart draws, of one village alone where a `place` is given."""
    _metric, numerator, denominator = drilldown.share_parts()[share]
    names, found = dict[str, str](), dict[str, list[tuple[Cell, Cell]]]()
    for table in sorted(made.tables, key=lambda table: (table.as_of, table.by != "town")):
        for row in made.rows(table):
            code = row.get("village_id", "")
            if place in (None, code):
                names[code] = str(row.get("village", _("全镇")))
                found.setdefault(code, []).append((row[numerator], row[denominator]))
    order = sorted(found, key=lambda code: (code != "", bar_drawing.need((names[code], *found[code][-1]))))
    return Lines(sorted({table.as_of for table in made.tables}), [(names[code], found[code]) for code in order])


def picture(kind: str, told: Lines, target: float | None) -> Drawing:
    """The drawing of a kind."""
    return render.field(told.days, told.places) if kind == "months" else render.path(told.days, told.places[0][1], target)


def title(told: Lines, share: str) -> str:
    """How the first line moved from the first day that is told to the last, and which of the others lacks most."""
    (place, first), *others = told.places
    said = _("{place}：{measure}").format(place=place, measure=labels.share_name(share))
    known = [(day, value) for day, pair in zip(told.days, first, strict=True) if (value := bar_drawing.share_of(*pair)) is not None]
    if known:
        (begin, was), (end, is_now) = known[0], known[-1]
        moved = _("{measure}从 {first}（{begin}）到 {last}（{end}）")
        said = moved.format(
            measure=said, first=formatting.percent(was), begin=f"{begin:%Y-%m}", last=formatting.percent(is_now), end=f"{end:%Y-%m}"
        )
    elif not any(canvas.is_withheld(*pair) for pair in first):
        said = _("{measure}：没有可计算的数").format(measure=said)
    lacking = [(value, name) for name, found in others if (value := bar_drawing.share_of(*found[-1])) is not None and value < 1]
    if lacking:
        value, name = min(lacking)
        said += _("，最低的是{name} {share}").format(name=name, share=formatting.percent(value))
    held = sum(canvas.is_withheld(*pair) for _name, found in told.places for pair in found)
    return said[:1].upper() + said[1:] + (_("；另有 {count} 个不公布").format(count=held) if held else "")


def spoken(told: Lines) -> list[str]:
    """The figures in words: the first line day by day, the newest of the others."""
    (_place, first), *others = told.places
    pairs = [(str(day), pair) for day, pair in zip(told.days, first, strict=True)] + [(name, found[-1]) for name, found in others]
    return [f"{name} {bar_drawing.share_text(*pair, None)}" for name, pair in pairs]
