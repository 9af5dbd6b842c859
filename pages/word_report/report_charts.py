"""The pictures of a report with their words for who cannot see them, from the cells that leave.

Without a Chinese font on the server there are none; the report says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from locales import _
from pages.chart_files import bar_drawing, canvas, map_drawing
from pages.text import formatting, labels
from pages.word_report.blocks import Block, Picture, Text
from pages.word_report.docx_styles import WIDTH
from pages.word_report.report_data import ReportData, all_numbers, goal_rows, share_of, share_text
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown
from warehouse.metrics import registry

_MAP_WIDTH = 125  # mm: the map and the bars below it fit on one page


def without_font() -> list[Block]:
    """A sentence where pictures cannot be drawn, else nothing."""
    return [] if canvas.has_font() else [Text(_("写报告的服务器上没有中文字体，所以没有配图；各图的数都在表里。"))]


def coverage(data: ReportData, villages: Sequence[dict]) -> list[Picture]:
    """The town's map and its villages by need; of a village the steps from registered to cared for."""
    if data.is_empty or not canvas.has_font():
        return []
    if data.village_id is not None:
        return _cascade(data)
    rows = [(row["village"], row["covered"], row["in_scope"]) for row in data.rows("coverage", "village")]
    day = formatting.day(data.day)
    bars = _picture(bar_drawing.share_bars(rows, 1.0), _("各村（社区）结对覆盖率，截至{day}").format(day=day), rows)
    return [_map(data, villages, rows), bars] if villages else [bars]


def visits(data: ReportData) -> list[Picture]:
    """The villages by how many children keep pace."""
    if data.is_empty or data.village_id is not None or not canvas.has_font():
        return []
    rows = [(row["village"], row["on_pace"], row["due_children"]) for row in data.rows("visits", "village")]
    caption = _("各村（社区）走访跟上进度的比例，截至{day}").format(day=formatting.day(data.day))
    return [_picture(bar_drawing.share_bars(rows, _target(data)), caption, rows)]


def _target(data: ReportData) -> float | None:
    """Of visits' next goal on or after the day, else of their last, as on the pages (Figures.target)."""
    goals = sorted((row["goal_on"], row["target"]) for row in goal_rows(data) if row["indicator"] == "visit_target_share")
    return next((target for day, target in goals if day >= data.day), goals[-1][1] if goals else None)


def _map(data: ReportData, villages: Sequence[dict], rows: list[tuple]) -> Picture:
    """The map of the coverage share."""
    shares = {row["village_id"]: (row["covered"], row["in_scope"]) for row in data.rows("coverage", "village")}
    withheld = {code for code, parts in shares.items() if share_of(*parts) is Shown.WITHHELD}
    caption = _("结对覆盖率分布，截至{day}（颜色越深，差得越多）").format(day=formatting.day(data.day))
    return _picture(map_drawing.town_map(villages, shares, withheld), caption, rows, _MAP_WIDTH)


def _cascade(data: ReportData) -> list[Picture]:
    """From registered to cared for."""
    row = data.own("cascade")
    steps = [(labels.short_name(f"cascade.{name}"), row[name]) for name in registry.metrics()["cascade"].columns]
    while steps and not all_numbers(steps[0][1]):  # bars are shares of the first: without its number there would be none
        steps = steps[1:]
    if len(steps) < 2:
        return []
    caption = _("从在册到关爱到位（人），截至{day}").format(day=formatting.day(data.day))
    spoken = "; ".join(f"{name} {cell_display.text(value)}" for name, value in steps)
    return [Picture(caption, _png(bar_drawing.cascade(steps), WIDTH), f"{caption}: {spoken}")]


def _picture(drawing: canvas.Drawing, caption: str, rows: list[tuple], width: int = WIDTH) -> Picture:
    """Return a drawing of shares, put in words by its own figures."""
    spoken = "; ".join(f"{name} {_spoken(part, whole)}" for name, part, whole in rows)
    return Picture(caption, _png(drawing, width), f"{caption}: {spoken}", width)


def _spoken(part: object, whole: object) -> str:
    """96.4% (53/55); 不公布; —."""
    share = share_of(part, whole)
    if share is Shown.WITHHELD:
        return _("不公布")
    return (
        cell_display.text(share)
        if share is Shown.NO_DATA
        else f"{share_text(part, whole)} ({cell_display.text(part)}/{cell_display.text(whole)})"
    )


def _png(drawing: canvas.Drawing, width: int) -> bytes:
    """The picture alone: title, day and receipt are in the report."""
    return canvas.as_png(drawing, "", "", [], width / 10)
