"""Links from a figure to the list behind it and from a child to its trail, carrying day, village and language."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any
from urllib.parse import urlencode

from locales import _, language
from pages.chart_files import chart_export
from pages.components.page_frame import View
from pages.text import formatting
from pages.text.masked_count import Hidden, is_hidden
from warehouse.metrics import registry


def to(page: str, view: View, day: dt.date | None = None, village: str | None = None, **more: Any) -> str:
    """The address of a page; a village goes by its name, as in every link of ours."""
    shown = village or (view.village if view.village_id else None)
    told = {"as_of": day or view.day, "village": shown, "lang": language(), **more}
    return f"{page}?{urlencode({name: value for name, value in told.items() if value is not None})}"


def anchor(address: str, text: str, says: str) -> str:
    """Markup of a link; `says` is what it does, for the pointer and for those who listen."""
    return f'<a class="fig" href="{html.escape(address)}" target="_self" title="{html.escape(says)}">{html.escape(text)}</a>'


def village(view: View, name: str) -> str:
    """A village's name that opens its sheet; as text for readers who may not open it."""
    if not view.may("pages", "village"):
        return html.escape(name)
    return anchor(to("village", view, village=name), name, _("打开这个村（社区）的一页纸"))


def figure(view: View, metric: str, name: str, value: int, village: str | None = None, class_no: int | None = None) -> str:
    """A count that opens its list; nothing stands behind a zero."""
    if not value or not view.may("pages", "rows"):
        return str(value)
    return anchor(to("rows", view, village=village, figure=f"{metric}.{name}", class_no=class_no), str(value), _("打开这个数背后的名单"))


def parts(
    view: View,
    share: str,
    numerator: int,
    denominator: int,
    day: dt.date | None = None,
    village: str | None = None,
    class_no: int | None = None,
) -> str:
    """The parts of a share, 53/55, that open its list."""
    if is_hidden(numerator, denominator):
        return formatting.percent(Hidden())
    if not denominator or not view.may("pages", "rows"):
        return f"{numerator}/{denominator}" if denominator else "—"
    address = to("rows", view, day, village, share=share, class_no=class_no)
    return anchor(address, f"{numerator}/{denominator}", _("打开这个数背后的名单"))


def share(view: View, code: str, numerator: int, denominator: int, **place: Any) -> str:
    """A share with its parts, which open its list: 96.4% · 53/55; `place` as `parts` takes it."""
    told = formatting.ratio(numerator, denominator)
    if told is None or is_hidden(told):
        return formatting.percent(told)
    return f"{formatting.percent(told)} · {parts(view, code, numerator, denominator, **place)}"


def child(view: View, child_id: str | None) -> str:
    """A child by its pseudonym, opening its trail; a row whose child cannot be told says so."""
    if not child_id:
        return _("对不上儿童")
    return anchor(to("child", view, child=child_id), child_id[:8], _("打开这名儿童的全部记录"))


def place(row: dict) -> str:
    """Where a row stands in the ledgers: file, sheet, row."""
    file, sheet = row.get("in_file") or row.get("file"), row.get("in_sheet") or row.get("sheet")
    if not file:
        return "—"
    at = _(" 第{row}行").format(row=row["row_no"]) if row.get("row_no") else ""
    return html.escape(f"{file} {sheet or ''}".strip() + at)


def take_chart(view: View, kind: str, share: str = "") -> str:
    """A link that opens the exports with a chart chosen (pages/chart_files/chart_export.py); nothing for who may not, or where none is offered."""
    share = registry.shares()[share].same_as or share if share else share
    if not view.may("pages", "exports") or (share and share not in chart_export.offered(kind)):
        return ""
    return anchor(to("exports", view, what="chart", chart=kind, share=share or None), _("取走图"), _("打开导出页，选好这张图"))


def take_tables(view: View, metrics: str, groups: str = "village") -> str:
    """The same with tables chosen, codes with commas between."""
    if not view.may("pages", "exports"):
        return ""
    return anchor(to("exports", view, metrics=metrics, groups=groups), _("取走表"), _("打开导出页，选好这张表"))
