"""Charts that are exported, each from the rows of a release: what is withheld in a table is withheld in a chart."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locales import _
from pages.chart_files import bar_drawing, canvas, line_drawing, map_drawing
from pages.chart_files.canvas import Cell, Drawing
from pages.text import formatting, labels, receipt_text
from pages.text.masked_count import Hidden
from warehouse.disclosure import cell_display, release
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.child_cells import columns
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import Receipt
from warehouse.metrics import registry

MONTHLY = ("path", "months")  # over month ends: a line of one place, a field of all
KINDS = ("village", "map", "class", "steps", *MONTHLY)
FORMS: dict[str, str] = {"png": "image/png", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Chosen:
    """A chart: kind, share ("": none), its target, the places drawn, and `place`, the village of one over time (None: the town)."""

    kind: str
    share: str = ""
    target: float | None = None
    villages: tuple[Mapping[str, Any], ...] = ()
    place: str | None = None


@dataclass(frozen=True)
class Chart:
    """What a chart says: the finding, made from the figures that are shown, each figure in words, and the drawing."""

    title: str
    figures: list[str]
    drawing: Drawing


@dataclass(frozen=True)
class Lines:
    """Days, oldest first, and by place its name and the parts of a share on each: the town, then villages, the neediest now first."""

    days: list[dt.date]
    places: list[tuple[str, list[tuple[Cell, Cell]]]]


def shares(metric: str, by: str) -> list[str]:
    """Return the shares whose two parts a table of a metric holds."""
    return [
        code
        for code, share in registry.metrics()[metric].shares.items()
        if not share.same_as and by in release.offered(metric) and {*share.parts} <= {*columns(metric)}
    ]


def offered(kind: str) -> list[str]:
    """Return the shares that a kind of chart is offered for; none for the steps."""
    by = "class" if kind == "class" else "village"
    return [] if kind == "steps" else [share for metric in registry.metrics() for share in shares(metric, by)]


def tables(kind: str, share: str, place: str | None = None) -> list[tuple[str, str]]:
    """Return the tables, (metric, group), that a chart is drawn from."""
    if kind == "steps":
        return [("cascade", "town")]
    metric = registry.shares()[share].metric
    if kind in MONTHLY and not place:
        return [(metric, "town"), *([(metric, "village")] if kind == "months" else [])]
    return [(metric, "class" if kind == "class" else "village")]


def also(kind: str, months: Sequence[dt.date], day: dt.date) -> list[dt.date]:
    """Return the month ends before the day that a chart shows besides, oldest first; none for charts of one day."""
    return [on for on in months if on < day][1 - line_drawing.MOST :] if kind in MONTHLY else []


def parts(rows: Sequence[Mapping[str, Any]], share: str) -> list[tuple[str, Cell, Cell]]:
    """Return (name, numerator, denominator) of a share in the rows of a table by village or class."""
    numerator, denominator = registry.shares()[share].parts
    names = [str(row["village"]) if "village" in row else formatting.class_short(int(row["class_no"])) for row in rows]
    return [(name, row[numerator], row[denominator]) for name, row in zip(names, rows, strict=True)]


def steps(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Cell]]:
    """Return the steps of the row of a place."""
    return [(labels.figure_name(f"cascade.{name}"), rows[0][name]) for name in registry.metrics()["cascade"].columns]


def lines(release: Release, share: str, place: str | None) -> Lines:
    """Return what a chart over time draws, of one village alone where a `place` is given."""
    numerator, denominator = registry.shares()[share].parts
    names, series = dict[str, str](), dict[str, list[tuple[Cell, Cell]]]()
    for table in sorted(release.tables, key=lambda table: (table.as_of, table.by != "town")):
        for row in release.rows(table):
            code = row.get("village_id", "")
            if place in (None, code):
                names[code] = str(row.get("village", _("全镇")))
                series.setdefault(code, []).append((row[numerator], row[denominator]))
    order = sorted(series, key=lambda code: (code != "", bar_drawing.need((names[code], *series[code][-1]))))
    return Lines(sorted({table.as_of for table in release.tables}), [(names[code], series[code]) for code in order])


def chart(release: Release, chosen: Chosen) -> Chart:
    """Return the chart of a release. Of one over time the figures are the first line's day by day, and the newest of the others."""
    if chosen.kind in MONTHLY:
        over = lines(release, chosen.share, chosen.place)
        (_place, first), *others = over.places
        dated = [*zip(map(str, over.days), first, strict=True), *((name, pairs[-1]) for name, pairs in others)]
        texts = [f"{name} {bar_drawing.share_text(*pair, None)}" for name, pair in dated]
        is_field = chosen.kind == "months"
        drawing = line_drawing.field(over.days, over.places) if is_field else line_drawing.path(over.days, first, chosen.target)
        return Chart(monthly_title(over, chosen.share), texts, drawing)
    rows = release.rows(release.tables[0])
    if chosen.kind == "steps":
        counts = steps(rows)
        (_name, first_count), *_between, (_last, last_count) = counts
        share = cell_display.share_of(last_count, first_count)
        cared = cell_display.text(last_count)
        if isinstance(share, float):
            cared = _("{count} 人（{share}）").format(count=cared, share=formatting.percent(share))
        sentence = _("在册 {registered} 人，关爱到位 {cared}")
        title = sentence.format(registered=cell_display.text(first_count), cared=cared)
        return Chart(title, [f"{name} {cell_display.text(count)}" for name, count in counts], bar_drawing.cascade(counts))
    cells = parts(rows, chosen.share)
    numbers: list[Any] = [cell for cell in cells if isinstance(cell[1], int) and isinstance(cell[2], int)]
    withheld = sum(Shown.WITHHELD in cell for cell in cells)
    if chosen.kind != "class":
        numbers += [(name, Hidden(d), Hidden(d)) for name, _n, d in cells if d is Shown.NOT_REPORTED]
    title = (_class_title if chosen.kind == "class" else formatting.coverage_title)(labels.share_name(chosen.share), numbers, withheld)
    if chosen.kind == "map":
        drawing = map_drawing.town_map(chosen.villages, {row["village_id"]: (n, d) for row, (_name, n, d) in zip(rows, cells, strict=True)})
    else:
        drawing = bar_drawing.share_bars(cells, chosen.target)
    return Chart(title, [f"{name} {bar_drawing.share_text(n, d, None)}" for name, n, d in cells], drawing)


def _class_title(name: str, rows: list[tuple[str, int, int]], withheld: int) -> str:
    if withheld:
        return formatting.partly_shown(name, len(rows), withheld)
    counted = sorted((row for row in rows if row[2]), key=lambda row: row[1] / row[2])
    if not counted:
        return _("{title}：没有可计算的类别").format(title=name)
    lowest, numerator, denominator = counted[0]
    if numerator >= denominator:
        return _("{title}：{count}类都达到100%").format(title=name, count=len(counted))
    sentence = _("{title}：最低的是 {name} {share}")
    return sentence.format(title=name, name=lowest, share=formatting.share(numerator, denominator))


def monthly_title(over: Lines, share: str) -> str:
    """Return how the first line moved from its first day with a figure to the last, and which of the others lacks most."""
    (place, first), *others = over.places
    text = _("{place}：{measure}").format(place=place, measure=labels.share_name(share))
    pairs = [pair for _name, of_place in over.places for pair in of_place]
    if withheld := sum(Shown.WITHHELD in pair for pair in pairs):
        return formatting.partly_shown(text[:1].upper() + text[1:], len(pairs) - withheld, withheld)
    values = [(day, value) for day, pair in zip(over.days, first, strict=True) if isinstance(value := cell_display.share_of(*pair), float)]
    if values:
        (begin, was), (end, is_now) = values[0], values[-1]
        moved = _("{measure}从 {first}（{begin}）到 {last}（{end}）")
        text = moved.format(
            measure=text, first=formatting.percent(was), begin=f"{begin:%Y-%m}", last=formatting.percent(is_now), end=f"{end:%Y-%m}"
        )
    else:
        text = _("{measure}：没有可计算的数").format(measure=text)
    newest = [(cell_display.share_of(*pairs[-1]), name) for name, pairs in others]
    lacking = [(value, name) for value, name in newest if isinstance(value, float) and value < 1]
    if lacking:
        value, name = min(lacking)
        text += _("，最低的是{name} {share}").format(name=name, share=formatting.percent(value))
    return text[:1].upper() + text[1:]


def subtitle(release: Release, chosen: Chosen) -> str:
    """Return measure, unit and day."""
    day = _day(release)
    if chosen.kind == "steps":
        return _("每一步都是上一步的一部分，单位：人，百分比以在册为分母，截至 {day}").format(day=day)
    share = registry.shares()[chosen.share]
    numerator, denominator = (labels.figure_name(f"{share.metric}.{part}") for part in share.parts)
    group = _("每月末") if chosen.kind in MONTHLY else _("按类别") if chosen.kind == "class" else _("按村（社区）")
    text = _("{name} ＝ {numerator} ÷ {denominator}，单位：%，{group}，截至 {day}")
    return text.format(name=labels.share_name(chosen.share), numerator=numerator, denominator=denominator, group=group, day=day)


def _day(release: Release) -> dt.date:
    return max(table.as_of for table in release.tables)


def foot(release: Release, build_id: str, receipt: Receipt | None = None) -> list[str]:
    """Return the small lines under a chart; without a receipt, as it is previewed. Signs are explained where one is shown."""
    has_signs = any(isinstance(cell, Shown) for table in release.tables for row in release.rows(table) for cell in row.values())
    source = _("来源：各村（社区）报来的台账，同行看板计算；数据版本：{build}")
    return [
        receipt_text.mark(release.edition),
        source.format(build=build_id),
        *(receipt_text.lines(receipt) if receipt else []),
        *(cell_display.key(release.threshold) if has_signs else []),
    ]


def write(form: str, release: Release, chosen: Chosen, build_id: str, receipt: Receipt | None = None) -> bytes:
    """Return the file of a chart in a form of FORMS."""
    picture = chart(release, chosen)
    lines_below = foot(release, build_id, receipt)
    return canvas.render(form, picture.drawing, picture.title, subtitle(release, chosen), lines_below)


def spoken(release: Release, chosen: Chosen) -> str:
    """Return the alternative text of a chart, made from its figures."""
    picture = chart(release, chosen)
    return picture.title + ": " + "; ".join(picture.figures)


def file_name(release: Release, chosen: Chosen, form: str) -> str:
    """Return a name of the share, the kind, the day and the edition."""
    name = labels.share_name(chosen.share) if chosen.share else labels.metric_name("cascade")
    kind, edition = labels.word("chart", chosen.kind), labels.word("edition", release.edition)
    return formatting.file_name(name, kind, _day(release), edition, ending=form)
