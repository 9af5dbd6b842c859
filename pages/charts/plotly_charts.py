"""Charts as plotly dicts; pure. Horizontal bars sorted by need, the target as a labelled line, grey for context, colour for the point."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

from locales import _, language
from pages.charts.plotly_map import FONT, TOPOLOGY
from pages.text import formatting, statuses

ACCENT, GREY, PALE = "#0b5cad", "#9aa4b2", "#cbd5e1"
SIX = 6


def config() -> dict[str, Any]:
    """Plotly's settings: nothing fetched, Chinese mode bar, no camera: its picture would hold small counts and no receipt."""
    words_zh = {"Fullscreen": "全屏", "Reset": "还原", "Autoscale": "自动缩放"}
    return {
        "topojsonURL": TOPOLOGY,
        "displaylogo": False,
        "scrollZoom": False,
        "doubleClick": False,
        "modeBarButtonsToRemove": [
            "toImage",
            "zoom",
            "pan",
            "select",
            "lasso2d",
            "zoomIn2d",
            "zoomOut2d",
            "autoScale2d",
            "resetScale2d",
            "zoomInGeo",
            "zoomOutGeo",
            "resetGeo",
            "zoom2d",
            "pan2d",
            "select2d",
        ],
        "locale": "en" if language() == "en" else "zh-CN",
        "locales": {"zh-CN": {"dictionary": words_zh, "format": {}}},
    }


def _layout(height: int, **more: Any) -> dict[str, Any]:
    """Explicit margins and a system font, so that labels are not cut."""
    base = {"height": height, "margin": {"l": 96, "r": 70, "t": 26, "b": 36}, "font": {"family": FONT, "size": 13}, "showlegend": False}
    base |= {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False, "bargap": 0.35}
    return base | more


def share_bars(
    rows: list[tuple[str, int, int]],
    target: float | None,
    ranges: dict[str, tuple[float, float]] | None = None,
    lists: dict[str, str] | None = None,
) -> dict:
    """Villages' shares from (name, numerator, denominator), the neediest on top; without a target nothing is judged.

    `ranges` draws the range under unverified children; `lists` are the addresses that the parts open.
    """
    counted = sorted((row for row in rows if row[2]), key=lambda row: (row[1] / row[2], row[0]), reverse=True)
    names = [row[0] for row in counted]
    told_names = [html.escape(name) for name in names]  # plotly reads its texts as markup
    shares = [row[1] / row[2] for row in counted]
    states = [statuses.judge(row[1], row[2], target) if target else None for row in counted]
    bar: dict[str, Any] = {
        "type": "bar", "orientation": "h", "x": shares, "y": told_names, "marker": {"color": [ACCENT if s is None else GREY if s.code == "met" else s.colour for s in states]},
        "hoverinfo": "text",
        "hovertext": [_hover(row, ranges) for row in counted],
    }  # fmt: skip
    if ranges:
        low, high = ([ranges[name][side] for name in names] for side in (0, 1))
        bar["error_x"] = {
            "type": "data", "symmetric": False, "thickness": 1.4, "width": 4, "color": "#475569",
            "array": [max(h - v, 0) for h, v in zip(high, shares, strict=True)], "arrayminus": [max(v - w, 0) for w, v in zip(low, shares, strict=True)],
        }  # fmt: skip
    open_list = '<a href="{}" target="_self">{}</a>'
    parts = {name: f"{n}/{d}" if lists is None else open_list.format(html.escape(lists[name]), f"{n}/{d}") for name, n, d in counted}
    told = [
        f"{s.sign if s else ''} {formatting.percent(v)} · {parts[r[0]]}".strip() for s, v, r in zip(states, shares, counted, strict=True)
    ]
    beside = {"xref": "paper", "x": 1.01, "xanchor": "left", "showarrow": False, "font": {"size": 12}}
    labels = [beside | {"y": name, "text": text} for name, text in zip(told_names, told, strict=True)]
    axis = {"range": [0, 1.02], "tickvals": [0, 0.5, 1], "tickangle": 0, "tickformat": ".0%", "fixedrange": True, "zeroline": False}
    layout = _layout(60 + 30 * max(len(counted), 2), xaxis=axis, yaxis={"fixedrange": True, "automargin": True, "ticksuffix": " "})
    layout["margin"] = layout["margin"] | {"r": 138}
    goal = _target(target)
    return {"data": [bar], "layout": layout | goal | {"annotations": labels + goal["annotations"]}}


def _hover(row: tuple[str, int, int], ranges: dict[str, tuple[float, float]] | None) -> str:
    """Hover text of a bar, the range in words."""
    told = f"<b>{html.escape(row[0])}</b><br>{formatting.share(row[1], row[2])}"
    if ranges and ranges[row[0]][0] != ranges[row[0]][1]:
        low, high = ranges[row[0]]
        told += "<br>" + _("待核实儿童核实后，可能在 {low} 到 {high} 之间").format(
            low=formatting.percent(low), high=formatting.percent(high)
        )
    return told


def _target(target: float | None) -> dict[str, Any]:
    """The target as a line with its label; nothing where there is none."""
    if target is None:
        return {"shapes": [], "annotations": []}
    line = {
        "type": "line",
        "x0": target,
        "x1": target,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": ACCENT, "width": 1.5, "dash": "dot"},
    }
    label = {
        "x": target,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": _("目标 {target}").format(target=formatting.percent(target)),
        "font": {"color": ACCENT, "size": 12},
    }
    return {"shapes": [line], "annotations": [label]}


def six_bars(counts: list[int], lists: list[str]) -> dict:
    """Children by visit days this year, 0 to 6 and more, each number opening its list; what falls short of six in colour."""
    names = [str(number) for number in range(SIX)] + ["6+"]
    colours = [statuses.STATUSES["behind"].colour, *[PALE] * (SIX - 1), ACCENT]
    bar = {"type": "bar", "x": names, "y": counts, "marker": {"color": colours}, "hoverinfo": "skip"}
    above = {"showarrow": False, "yanchor": "bottom", "font": {"size": 13}}
    opened = [f'<a href="{html.escape(address)}" target="_self">{count}</a>' for count, address in zip(counts, lists, strict=True)]
    labels = [above | {"x": at, "y": count, "text": text} for at, (count, text) in enumerate(zip(counts, opened, strict=True))]
    xaxis = {"title": {"text": _("今年走访天数")}, "type": "category", "fixedrange": True}
    yaxis = {
        "title": {"text": _("儿童人数")},
        "fixedrange": True,
        "rangemode": "tozero",
        "automargin": True,
        "range": [0, max(*counts, 1) * 1.12],
    }
    layout = _layout(300, xaxis=xaxis, yaxis=yaxis, annotations=labels)
    layout["margin"] = {"l": 50, "r": 16, "t": 26, "b": 48}
    return {"data": [bar], "layout": layout}


def heat_months(villages: list[str], counts: list[list[int]], months: int) -> dict:
    """Visit days by village and month of the year; months still to come stay blank."""
    names = [_("{month}月").format(month=number) for number in range(1, 13)]
    shown = [[value if at < months else None for at, value in enumerate(row)] for row in counts]
    heat = {
        "type": "heatmap", "x": names, "y": [html.escape(name) for name in villages], "z": shown, "colorscale": [[0, "#f1f5f9"], [1, "#08519c"]], "showscale": False, "xgap": 2, "ygap": 2,
        "texttemplate": "%{z}", "hovertemplate": "%{y} %{x}: %{z}<extra></extra>", "zmin": 0,
    }  # fmt: skip
    layout = _layout(
        70 + 30 * len(villages),
        xaxis={"fixedrange": True, "side": "top"},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True},
    )
    layout["margin"] = {"l": 90, "r": 10, "t": 34, "b": 10}
    return {"data": [heat], "layout": layout}


def path_to_target(days: list[dt.date], values: list[float | None], goal_day: dt.date, target: float) -> dict:
    """An indicator by month with the straight line from its first figure to the target on the goal's day."""
    first = next(((day, value) for day, value in zip(days, values, strict=True) if value is not None), None)
    line = {"type": "scatter", "mode": "lines+markers", "x": [d.isoformat() for d in days], "y": values, "line": {"color": ACCENT, "width": 2.5}, "marker": {"size": 6}, "hovertemplate": "%{x|%Y-%m-%d}: %{y:.1%}<extra></extra>", "connectgaps": False}  # fmt: skip
    traces: list[dict[str, Any]] = [line]
    if first:
        straight = {
            "type": "scatter",
            "mode": "lines",
            "x": [first[0].isoformat(), goal_day.isoformat()],
            "y": [first[1], target],
            "line": {"color": GREY, "dash": "dot", "width": 1.5},
            "hoverinfo": "skip",
        }
        traces.insert(0, straight)
    least = min([value for value in values if value is not None] + [target])
    label = {
        "x": goal_day.isoformat(),
        "y": target,
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
        "text": _("目标 {target}").format(target=formatting.percent(target)),
        "font": {"color": ACCENT},
    }
    yaxis = {"tickformat": ".0%", "range": [max(0, least - 0.12), 1.06], "fixedrange": True}
    layout = _layout(320, yaxis=yaxis, xaxis={"fixedrange": True, "tickformat": "%Y-%m", "nticks": 6}, annotations=[label])
    layout["margin"] = {"l": 56, "r": 24, "t": 24, "b": 36}
    return {"data": traces, "layout": layout}


def life_line(lanes: list, day: dt.date) -> dict:
    """A child's time line: one lane a kind of record, spans as bars, days as dots, the day looked at as an upright line."""
    starts = [span[0] for _name, spans, _points in lanes for span in spans] + [at for _n, _s, points in lanes for at, _says in points]
    first = max(min(starts, default=day), day - dt.timedelta(days=4 * 366))
    traces: list[dict[str, Any]] = []
    for name, spans, points in lanes:
        for begun, ended, says in spans:
            shown = [max(begun, first).isoformat(), (ended or day).isoformat()]
            says = f"{name} {says}<br>{begun} – {ended or '…'}"
            traces.append({"type": "scatter", "mode": "lines", "x": shown, "y": [name, name], "line": {"width": 9, "color": PALE}, "hoverinfo": "text", "hovertext": says})  # fmt: skip
        if points:
            told = [f"{name} {says}<br>{at}" for at, says in points]
            traces.append({"type": "scatter", "mode": "markers", "x": [at.isoformat() for at, _s in points], "y": [name] * len(points), "marker": {"size": 9, "color": ACCENT}, "hoverinfo": "text", "hovertext": told})  # fmt: skip
    mark = {"type": "line", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1, "yref": "paper", "line": {"color": GREY, "width": 1, "dash": "dot"}}  # fmt: skip
    names = [name for name, _spans, _points in lanes]
    xaxis = {"type": "date", "fixedrange": True, "tickformat": "%Y-%m", "range": [first.isoformat(), (day + dt.timedelta(days=30)).isoformat()], "nticks": 6}  # fmt: skip
    yaxis = {"type": "category", "categoryorder": "array", "categoryarray": names[::-1], "fixedrange": True, "automargin": True}
    layout = _layout(90 + 34 * len(lanes), xaxis=xaxis, yaxis=yaxis, shapes=[mark])
    layout["margin"] = {"l": 60, "r": 16, "t": 16, "b": 36}
    return {"data": traces, "layout": layout}


def slots(visit_days: int) -> str:
    """Six visits as six slots; more than six in words."""
    return "●" * min(visit_days, SIX) + "○" * (SIX - min(visit_days, SIX)) + (f" +{visit_days - SIX}" if visit_days > SIX else "")


def spoken_bars(title: str, rows: list[tuple[str, int, int]]) -> str:
    """Alternative text of a bar chart, made from its figures."""
    return title + ": " + "; ".join(f"{name} {formatting.share(numerator, denominator)}" for name, numerator, denominator in rows)
