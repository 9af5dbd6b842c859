"""Heat charts by village and month: a share in the map's five fixed steps, and numbers of visits."""

import datetime as dt
import html
from typing import Any

from locales import _
from pages.charts import plotly_map
from pages.charts.plotly_charts import beside, layout, line_title, link
from pages.text import formatting

MOST_MONTHS = 24  # more would be slivers on a phone

Line = tuple[str, list[tuple[int, int]], str]  # name, (numerator, denominator) by day, address of the newest figure's list


def shares_by_month(lines: list[Line], days: list[dt.date], is_dark: bool = False) -> dict[str, Any]:
    """Draw the shares of lines (the town, then villages from the neediest) on days, oldest first; the newest figure opens its list."""
    dates = [day.isoformat() for day in days]
    trace = {
        "type": "heatmap",
        "x": dates,
        "y": [html.escape(name) for name, _parts, _address in lines],  # plotly reads its texts as markup
        "z": [[plotly_map.step_of(formatting.ratio(*pair)) for pair in parts] for _name, parts, _address in lines],
        "zmin": -0.5,
        "zmax": 6.5,
        "colorscale": plotly_map.scale(is_dark),
        "showscale": False,
        "xgap": 1,
        "ygap": 2,
        "hoverinfo": "text",
        "text": [[_hover(name, day, *pair) for day, pair in zip(days, parts, strict=True)] for name, parts, _address in lines],
        "hovertemplate": "%{text}<extra></extra>",
    }
    xaxis = {"type": "category", "fixedrange": True, "tickangle": 0, "showgrid": False}
    xaxis |= {"tickvals": dates[::-1][::6], "ticktext": [f"{day:%y-%m}" for day in days[::-1][::6]]}
    yaxis = {"autorange": "reversed", "fixedrange": True, "showgrid": False, "ticksuffix": " "}
    labels = [beside(name, _newest(*parts[-1], address)) for name, parts, address in lines if parts]
    frame = layout(62 + 24 * len(lines), 84, 122, 8, 40, xaxis=xaxis, yaxis=yaxis, annotations=labels)
    del frame["bargap"]
    return {"data": [trace], "layout": frame}


def _hover(name: str, day: dt.date, numerator: int, denominator: int) -> str:
    return f"<b>{html.escape(name)}</b> {day}<br>{formatting.share(numerator, denominator)}"


def _newest(numerator: int, denominator: int, address: str) -> str:
    return f"{formatting.percent(numerator / denominator)} · {link(address, f'{numerator}/{denominator}')}" if denominator else "—"


def visits_by_month(villages: list[str], counts: list[list[int]], months: int) -> dict[str, Any]:
    """Draw visit days by village and month of the year; the months after the first `months` stay blank."""
    trace = {
        "type": "heatmap",
        "x": [_("{month}月").format(month=number) for number in range(1, 13)],
        "y": [html.escape(name) for name in villages],
        "z": [[*row[:months], *[None] * (len(row) - months)] for row in counts],
        "colorscale": [[0, "#f1f5f9"], [1, "#08519c"]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "texttemplate": "%{z}",
        "hovertemplate": "%{y} %{x}: %{z}<extra></extra>",
        "zmin": 0,
        "zmax": max(1, *(count for row in counts for count in row)),
    }
    yaxis = {"autorange": "reversed", "fixedrange": True, "automargin": True, "showgrid": False}
    frame = layout(70 + 30 * len(villages), 90, 10, 34, 10, xaxis={"fixedrange": True, "side": "top", "showgrid": False}, yaxis=yaxis)
    return {"data": [trace], "layout": frame}


def title(measure: str, lines: list[Line]) -> str:
    """Say how the first line's share moved, and which of the others lacks most."""
    (_name, town_parts, _address), *villages = lines
    if not town_parts[-1][1]:
        return _("{measure}：没有可计算的村（社区）").format(measure=measure)
    sentence = line_title(measure, [formatting.ratio(*parts) for parts in town_parts if parts[1]])
    if not villages:
        return sentence
    lacking = [(name, parts[-1]) for name, parts, _address in villages if parts[-1][1] and parts[-1][0] < parts[-1][1]]
    if not lacking:
        return sentence + _("，各村（社区）都已到100%")
    name, parts = min(lacking, key=lambda village: village[1][0] / village[1][1])
    return sentence + _("，最低的是{name} {share}").format(name=name, share=formatting.share(*parts))
