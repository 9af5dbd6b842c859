"""The pictures of a report with their words for who cannot see them; none without a Chinese font, and the report says so."""

from collections.abc import Sequence

from locales import _
from pages.chart_files import bar_drawing, canvas, map_drawing
from pages.data.queries import goal_in_force
from pages.text import formatting, labels
from pages.word_report.docx_writer import WIDTH, Writer
from pages.word_report.report_data import ReportData, all_numbers, goal_rows
from warehouse.disclosure import cell_display
from warehouse.metrics import registry

_MAP_WIDTH = 125  # mm: the map and the bars below it fit on one page


def coverage(doc: Writer, data: ReportData, villages: Sequence[dict]) -> None:
    """Add the town's map and its villages by need; of a village the steps from registered to cared for."""
    if not canvas.font():
        return
    day = formatting.day(data.day)
    if data.village_id is not None:
        _cascade(doc, data, _("从在册到关爱到位（人），截至{day}").format(day=day))
        return
    by_village = data.rows("coverage", "village")
    rows = [(row["village"], row["covered"], row["in_scope"]) for row in by_village]
    if villages:
        shares = {row["village_id"]: (row["covered"], row["in_scope"]) for row in by_village}
        caption = _("结对覆盖率分布，截至{day}（颜色越深，差得越多）").format(day=day)
        _picture(doc, map_drawing.town_map(villages, shares, bar_drawing.MOST), caption, rows, _MAP_WIDTH)
    _bars(doc, _("各村（社区）结对覆盖率，截至{day}").format(day=day), rows, None)


def visits(doc: Writer, data: ReportData) -> None:
    """Add the villages by how many children keep pace."""
    if data.village_id is not None or not canvas.font():
        return
    rows = [(row["village"], row["on_pace"], row["due_children"]) for row in data.rows("visits", "village")]
    caption = _("各村（社区）走访跟上率，截至{day}").format(day=formatting.day(data.day))
    goals = goal_in_force(goal_rows(data), data.day)
    target = next((row["target"] for row in goals if row["indicator"] == "visit_target_share"), None)
    _bars(doc, caption, rows, target)


def _cascade(doc: Writer, data: ReportData, caption: str) -> None:
    row = data.place_row("cascade")
    steps = [(labels.short_name(f"cascade.{name}"), row[name]) for name in registry.metrics()["cascade"].columns]
    while steps and not all_numbers(steps[0][1]):  # bars are shares of the first: without its number there would be none
        steps = steps[1:]
    if sum(all_numbers(value) for _name, value in steps) >= 2:
        spoken = "; ".join(f"{name} {cell_display.text(value)}" for name, value in steps)
        doc.picture(caption, _png(bar_drawing.cascade(steps), WIDTH), f"{caption}: {spoken}")


def _bars(doc: Writer, caption: str, rows: list[tuple], target: float | None) -> None:
    """Add bars, of a large town those of the neediest villages, as many as fit on a page."""
    neediest, among = bar_drawing.neediest(rows)
    _picture(doc, bar_drawing.share_bars(neediest, target), caption + among, neediest)


def _picture(doc: Writer, drawing: canvas.Drawing, caption: str, rows: list[tuple], width: int = WIDTH) -> None:
    if not any(isinstance(cell_display.share_of(part, whole), float) for _name, part, whole in rows):
        return
    spoken = "; ".join(f"{name} {bar_drawing.share_text(part, whole, None)}" for name, part, whole in rows)
    doc.picture(caption, _png(drawing, width), f"{caption}: {spoken}", width)


def _png(drawing: canvas.Drawing, width: int) -> bytes:
    """The picture alone: title, day and receipt are in the report."""
    return canvas.render("png", drawing, "", "", [], width / 10)
