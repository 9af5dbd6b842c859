"""Small charts beside figures, as plotly dicts; pure. A line of shares with its first and last figure, and bars by month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from locales import _
from pages.charts.plotly_charts import ACCENT, PALE
from pages.charts.plotly_map import FONT
from pages.text import formatting

HEIGHT, GRID = 116, "rgba(128,128,128,.25)"


def _layout(**more: Any) -> dict[str, Any]:
    """Room for labels, nothing else."""
    base = {"height": HEIGHT, "margin": {"l": 14, "r": 20, "t": 24, "b": 24}, "font": {"family": FONT, "size": 12}, "showlegend": False}
    return base | {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False, "bargap": 0.3} | more


def line(days: list[dt.date], values: list[float | None]) -> dict:
    """A share over days, its first and last figure written at their points; from 0 to 100 %."""
    known = [at for at, value in enumerate(values) if value is not None]
    names = [day.isoformat() for day in days]
    trace = {
        "type": "scatter", "mode": "lines+markers", "x": names, "y": values, "line": {"color": ACCENT, "width": 2}, "marker": {"size": 5},
        "hovertemplate": "%{x|%Y-%m-%d}: %{y:.1%}<extra></extra>", "connectgaps": False,
    }  # fmt: skip
    label = {"showarrow": False, "yanchor": "bottom", "yshift": 3}
    ends = {known[0]: "left", known[-1]: "right"} if known else {}
    labels = [
        label | {"x": names[at], "y": values[at], "xanchor": side, "text": formatting.percent(values[at])} for at, side in ends.items()
    ]
    ticks = names[:: max(len(names) // 4, 1)]
    xaxis = {"type": "date", "fixedrange": True, "tickvals": ticks, "ticktext": [name[2:7] for name in ticks], "showgrid": False}
    yaxis = {"range": [0, 1.04], "fixedrange": True, "showticklabels": False, "tickvals": [0, 0.5, 1], "gridcolor": GRID}
    return {"data": [trace], "layout": _layout(xaxis=xaxis, yaxis=yaxis, annotations=labels)}


def months(counts: list[int]) -> dict:
    """Counts of the year's months up to now, each written above its bar; months to come stay empty."""
    names = [str(month) for month in range(1, 13)]
    shown = [*counts, *[None] * (12 - len(counts))]
    colours = [PALE] * 12
    colours[len(counts) - 1] = ACCENT
    bar = {"type": "bar", "x": names, "y": shown, "marker": {"color": colours}, "hovertemplate": _("{month}月").format(month="%{x}") + ": %{y}<extra></extra>"}  # fmt: skip
    above = {"showarrow": False, "yanchor": "bottom"}
    labels = [above | {"x": at, "y": count, "text": str(count)} for at, count in enumerate(counts)]
    xaxis = {"type": "category", "fixedrange": True, "tickangle": 0}
    yaxis = {"fixedrange": True, "showticklabels": False, "showgrid": False, "range": [0, max(*counts, 1) * 1.15]}
    return {"data": [bar], "layout": _layout(xaxis=xaxis, yaxis=yaxis, annotations=labels)}


def line_title(measure: str, values: list[float | None]) -> str:
    """What the line shows, from its first figure to its last."""
    known = [value for value in values if value is not None]
    if not known:
        return _("{measure}：没有可计算的数").format(measure=measure)
    told = (
        _("{measure}从 {first} 到 {last}") if formatting.percent(known[0]) != formatting.percent(known[-1]) else _("{measure}仍是 {last}")
    )
    return told.format(measure=measure, first=formatting.percent(known[0]), last=formatting.percent(known[-1]))


def months_title(year: int, counts: list[int]) -> str:
    """What the bars show: all visits of the year, and how many of its months had none."""
    none = sum(1 for count in counts if not count)
    told = _("{year}年走访 {count} 人次").format(year=year, count=sum(counts))
    return told + (_("，{months} 个月没有走访").format(months=none) if none else "")


def spoken_line(title: str, days: list[dt.date], values: list[float | None]) -> str:
    """Alternative text of a line."""
    return title + ": " + "; ".join(f"{day:%Y-%m-%d} {formatting.percent(value)}" for day, value in zip(days, values, strict=True))


def spoken_months(title: str, counts: list[int]) -> str:
    """Alternative text of the months' bars."""
    told = [_("{month}月").format(month=month) + f" {count}" for month, count in enumerate(counts, start=1)]
    return title + ": " + "; ".join(told)
