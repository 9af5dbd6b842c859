"""Links from a figure to the list behind it, from a child to its record, from a chart to its export; they carry day, village and language."""

import datetime as dt
import html
from typing import Any
from urllib.parse import urlencode

from locales import _, language
from pages.chart_files import chart_export as chart_exports
from pages.components import comparison
from pages.components.page_frame import View
from pages.text import formatting
from pages.text.masked_count import hidden, is_hidden
from warehouse.builds import raw_sheets
from warehouse.metrics import registry


def to(page: str, view: View, day: dt.date | None = None, village: str | None = None, **more: Any) -> str:
    """Return the address of a page; a village goes by its name, as in every link of ours."""
    village = village or (view.village if view.village_id else None)
    query = {"as_of": day or view.day, "village": village, "lang": language(), **comparison.link(), **more}
    if page == "rows" and (query.get("class_no") or not view.group):
        query.pop("class", None)  # a list is of what its figure counts: the class of a line, or all children
    return f"{page}?{urlencode({name: value for name, value in query.items() if value is not None})}"


def anchor(address: str, text: str, hint: str) -> str:
    """Return a link; `hint` says what it does, for the pointer and for those who listen."""
    return f'<a class="fig" href="{html.escape(address)}" target="_self" title="{html.escape(hint)}">{html.escape(text)}</a>'


def village(view: View, name: str) -> str:
    """Return a village's name that opens its sheet; as text for readers who may not open it."""
    if not view.may("pages", "village"):
        return html.escape(name)
    return anchor(to("village", view, village=name), name, _("打开这个村（社区）的一页纸"))


def figure(view: View, metric: str, name: str, value: int, **place: Any) -> str:
    """Return a count that opens its list, of a day, village and class_no; nothing is behind a zero."""
    if not value or not view.may("pages", "rows"):
        return str(value)
    address = to("rows", view, figure=f"{metric}.{name}", **place)
    return anchor(address, str(value), _("打开这个数背后的名单"))


def figure_of(view: View, metric: str, name: str, row: dict) -> str:
    """Return a count of a metric's row, for the village and class that the row tells."""
    return figure(view, metric, name, row[name], village=row.get("village"), class_no=row.get("class_no"))


def parts(view: View, share: str, numerator: int, denominator: int, **place: Any) -> str:
    """Return the parts of a share, 53/55, that open its list; `place` as `figure` takes it."""
    if is_hidden(numerator, denominator):
        return str(hidden(numerator, denominator))
    if not denominator or not view.may("pages", "rows"):
        return f"{numerator}/{denominator}" if denominator else "—"
    address = to("rows", view, share=share, **place)
    return anchor(address, f"{numerator}/{denominator}", _("打开这个数背后的名单"))


def share(view: View, code: str, numerator: int, denominator: int, **place: Any) -> str:
    """Return a share with its parts, which open its list: 96.4% · 53/55; `place` as `figure` takes it."""
    ratio = formatting.ratio(numerator, denominator)
    if ratio is None or is_hidden(ratio):
        return formatting.percent(ratio)
    return f"{formatting.percent(ratio)} · {parts(view, code, numerator, denominator, **place)}"


def share_of(view: View, code: str, row: dict, **place: Any) -> str:
    """Return a share of a metric's row, for the village and class that the row tells."""
    numerator, denominator = (row[name] for name in registry.shares()[code].parts)
    return share(view, code, numerator, denominator, **{"village": row.get("village"), "class_no": row.get("class_no")} | place)


def child(view: View, child_id: str | None) -> str:
    """Return a child's pseudonym that opens its record; a row without a child says so."""
    if not child_id:
        return _("对不上儿童")
    return anchor(to("child", view, child=child_id), child_id[:8], _("打开这名儿童的全部记录"))


def place(row: dict) -> str:
    """Return where a row is in the ledgers: file, sheet, row, and whose they are where not the village's that it counts in."""
    file, sheet = row.get("in_file") or row.get("file"), row.get("in_sheet") or row.get("sheet")
    if not file:
        return "—"
    row_no = _(" 第{row}行").format(row=row["row_no"]) if row.get("row_no") else ""
    kept_by = _("（只在{village}的台账里）").format(village=row["kept_by"]) if row.get("kept_by") else ""
    return html.escape(f"{file} {raw_sheets.sheet_title(sheet or '')}".strip() + row_no + kept_by)


def chart_export(view: View, kind: str, share: str = "") -> str:
    """Return the link to the exports with a chart chosen; empty for readers who may not, and where none is offered."""
    entry = registry.shares().get(share)
    share = (entry.same_as if entry else "") or share  # the share of one class is none of the registry's
    if not view.may("exports", "chart_svg") or (share and share not in chart_exports.offered(kind)):
        return ""
    return anchor(to("exports", view, what="chart", chart=kind, share=share or None), _("取走图"), _("打开导出页，选好这张图"))


def table_export(view: View, metrics: str, groups: str = "village") -> str:
    """Return the link to the exports with tables chosen, by codes with commas between; empty for readers who may not."""
    if not view.may("pages", "exports"):
        return ""
    return anchor(to("exports", view, metrics=metrics, groups=groups), _("取走表"), _("打开导出页，选好这张表"))
