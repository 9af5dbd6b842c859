"""A share by village and month as a heat chart: darker = more to do, the map's five fixed steps; the newest figure opens its list."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

from locales import _
from pages.charts import plotly_map
from pages.charts.plotly_map import FONT
from pages.text import formatting

MOST_MONTHS = 24  # more would be slivers on a phone
_ROW, _AROUND = 24, 62

Line = tuple[str, list[tuple[int, int]], str]  # name, (numerator, denominator) by day, address of the newest figure's list


def share_months(lines: list[Line], days: list[dt.date]) -> dict[str, Any]:
    """Shares of lines (the town, then villages from the neediest) on days, oldest first."""
    steps = [[plotly_map.step_of(n / d if d else None) for n, d in parts] for _name, parts, _list in lines]
    told = [[_hover(name, day, *pair) for day, pair in zip(days, parts, strict=True)] for name, parts, _list in lines]
    names = [html.escape(name) for name, _parts, _list in lines]  # plotly reads its texts as markup
    heat = {
        "type": "heatmap", "x": [day.isoformat() for day in days], "y": names, "z": steps, "zmin": -0.5, "zmax": 6.5,
        "colorscale": plotly_map.scale(), "showscale": False, "xgap": 1, "ygap": 2, "hoverinfo": "text", "text": told, "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    ticks = days[::-1][::6]
    layout = {
        "height": _AROUND + _ROW * len(lines), "margin": {"l": 84, "r": 122, "t": 8, "b": 40}, "font": {"family": FONT, "size": 13}, "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
        "xaxis": {"type": "category", "fixedrange": True, "tickvals": [day.isoformat() for day in ticks], "ticktext": [f"{day:%y-%m}" for day in ticks], "tickangle": 0, "showgrid": False},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "showgrid": False, "ticksuffix": " "},
        "annotations": [_label(name, *parts[-1], address) for name, parts, address in lines if parts],
    }  # fmt: skip
    return {"data": [heat], "layout": layout}


def _hover(name: str, day: dt.date, numerator: int, denominator: int) -> str:
    """Hover text of a cell: the share with its parts."""
    return f"<b>{html.escape(name)}</b> {day}<br>{formatting.share(numerator, denominator)}"


def _label(name: str, numerator: int, denominator: int, address: str) -> dict[str, Any]:
    """The newest figure beside its line, its parts opening their list."""
    parts = f'<a href="{html.escape(address)}" target="_self">{numerator}/{denominator}</a>'
    text = f"{formatting.percent(numerator / denominator)} · {parts}" if denominator else "—"
    return {"xref": "paper", "x": 1.01, "xanchor": "left", "showarrow": False, "font": {"size": 12}, "y": html.escape(name), "text": text}


def title(measure: str, lines: list[Line]) -> str:
    """What the chart shows: how the first line's share moved, and which of the others lacks most."""
    (_town, whole, _address), *villages = lines
    known = [(name, parts[-1]) for name, parts, _list in villages if parts[-1][1]]
    lacking = [(name, pair) for name, pair in known if pair[0] < pair[1]]
    now = whole[-1]
    if not now[1]:
        return _("{measure}：没有可计算的村（社区）").format(measure=measure)
    begun = next(pair for pair in whole if pair[1])
    first, last = (formatting.percent(pair[0] / pair[1]) for pair in (begun, now))
    moved = _("{measure}从 {first} 到 {last}") if first != last else _("{measure}仍是 {last}")
    moved = moved.format(measure=measure, first=first, last=last)
    if not villages:
        return moved
    if not lacking:
        return moved + _("，各村（社区）都已到100%")
    name, pair = min(lacking, key=lambda line: line[1][0] / line[1][1])
    return moved + _("，最低的是{name} {share}").format(name=name, share=formatting.share(*pair))


def spoken(said: str, lines: list[Line]) -> str:
    """Alternative text, made from the newest figures."""
    return said + ": " + "; ".join(f"{name} {formatting.share(*parts[-1])}" for name, parts, _list in lines)
