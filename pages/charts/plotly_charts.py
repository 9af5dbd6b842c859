"""Bars, lines and time lines as plotly dicts; pure. Sorted by need, grey for context, colour for the point, the target as a labelled line."""

import datetime as dt
import html
import math
from collections.abc import Sequence
from typing import Any

from locales import _, language
from pages.charts.plotly_map import FONT, TOPOLOGY
from pages.text import formatting, statuses
from warehouse.metrics import registry

ACCENT, GREY, PALE = "#0b5cad", "#9aa4b2", "#cbd5e1"
BESIDE = {"#6d28d9": "#b79cf7", "#0e7490": "#4fc3d9", "#7c4a1e": "#dca56c"}  # of lines beside the first, and the same on dark ground
_BUTTONS = "toImage zoom pan select lasso2d zoomIn2d zoomOut2d autoScale2d resetScale2d zoomInGeo zoomOutGeo resetGeo zoom2d pan2d select2d"
_BUTTON_WORDS = {"Fullscreen": "全屏", "Reset": "还原", "Autoscale": "自动缩放", "Zoom in": "放大", "Zoom out": "缩小"}
_DATE_SHARE = "%{x|%Y-%m-%d}: %{y:.1%}<extra></extra>"

Bar = tuple[str, int, int]  # name, numerator, denominator
Range = tuple[float, float]  # lowest and highest share
# A lane of a time line: its name, spans (first day, last day or None, text) and points (day, text).
Lane = tuple[str, list[tuple[dt.date, dt.date | None, str]], list[tuple[dt.date, str]]]


def config(has_zoom: bool = False) -> dict[str, Any]:
    """Return plotly's settings: nothing fetched, Chinese mode bar, no camera, because its picture would hold small counts and no receipt."""
    return {
        "topojsonURL": TOPOLOGY,
        "displaylogo": False,
        "scrollZoom": False,
        "doubleClick": False,
        "modeBarButtonsToRemove": [button for button in _BUTTONS.split() if not (has_zoom and button.endswith("Geo"))],
        "locale": "en" if language() == "en" else "zh-CN",
        "locales": {"zh-CN": {"dictionary": _BUTTON_WORDS, "format": {}}},
    }


def layout(height: int, left: int, right: int, top: int, bottom: int, **more: Any) -> dict[str, Any]:
    """Return a layout with explicit margins and a system font, so that no label is cut."""
    frame = {"height": height, "margin": {"l": left, "r": right, "t": top, "b": bottom}, "font": {"family": FONT, "size": 13}}
    plain = {"showlegend": False, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False}
    return frame | plain | {"bargap": 0.35} | more


def _small_layout(xaxis: dict[str, Any], yaxis: dict[str, Any], labels: list[dict[str, Any]]) -> dict[str, Any]:
    small = {"font": {"family": FONT, "size": 12}, "bargap": 0.3}
    return layout(116, 14, 20, 24, 24, xaxis=xaxis, yaxis=yaxis, annotations=labels, **small)


def link(address: str, text: str) -> str:
    """Return a link as plotly reads it in its texts."""
    return f'<a href="{html.escape(address)}" target="_self">{text}</a>'


def beside(name: str, text: str) -> dict[str, Any]:
    """Return the label at the right of a bar or line, by its name."""
    return {"xref": "paper", "x": 1.01, "xanchor": "left", "showarrow": False, "font": {"size": 12}, "y": html.escape(name), "text": text}


def share_bars(
    rows: list[Bar], target: float | None, ranges: dict[str, Range] | None = None, addresses: dict[str, str] | None = None
) -> dict:
    """Draw the shares of villages, the first on top, whole ones in grey; without a target nothing is judged.

    `ranges` are the brackets under unverified children, `addresses` the lists that the parts open, both by name.
    """
    bars = rows[::-1]
    shares = [numerator / denominator for _name, numerator, denominator in bars]
    bar_statuses = [statuses.judge(numerator, denominator, target) if target else None for _name, numerator, denominator in bars]
    trace: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": shares,
        "y": [html.escape(name) for name, _numerator, _denominator in bars],  # plotly reads its texts as markup
        "marker": {"color": [_bar_colour(share, status) for share, status in zip(shares, bar_statuses, strict=True)]},
        "hoverinfo": "text",
        "hovertext": [_bar_hover(bar, ranges) for bar in bars],
        "unselected": {"marker": {"opacity": 1}},  # a bar that is pressed narrows the page; the others stay as they are
    }
    if ranges:
        trace["error_x"] = _range_brackets([ranges[bar[0]] for bar in bars], shares)
    labels = []
    for (name, numerator, denominator), share, status in zip(bars, shares, bar_statuses, strict=True):
        parts = f"{numerator}/{denominator}" if addresses is None else link(addresses[name], f"{numerator}/{denominator}")
        labels.append(beside(name, f"{status.sign if status else ''} {formatting.percent(share)} · {parts}".strip()))
    axis = {"range": [0, 1.02], "tickvals": [0, 0.5, 1], "tickangle": 0, "tickformat": ".0%", "fixedrange": True, "zeroline": False}
    names_axis = {"fixedrange": True, "automargin": True, "ticksuffix": " "}
    shapes = []
    if target is not None:
        shapes.append(_upright_line(target, ACCENT, 1.5))
        labels.append(_target_label(target, target, y=1, yref="paper", yanchor="bottom", font={"color": ACCENT, "size": 12}))
    height = 60 + 30 * max(len(bars), 2)
    return {"data": [trace], "layout": layout(height, 96, 138, 26, 36, xaxis=axis, yaxis=names_axis, shapes=shapes, annotations=labels)}


def _bar_colour(share: float, status: statuses.Status | None) -> str:
    if status is None:
        return ACCENT if share < 1 else GREY
    return GREY if status.code == "met" else status.colour


def _bar_hover(bar: Bar, ranges: dict[str, Range] | None) -> str:
    name, numerator, denominator = bar
    text = f"<b>{html.escape(name)}</b><br>{formatting.share(numerator, denominator)}"
    low, high = ranges[name] if ranges else (0.0, 0.0)
    if low == high:
        return text
    sentence = _("待核实儿童核实后，可能在 {low} 到 {high} 之间")
    return text + "<br>" + sentence.format(low=formatting.percent(low), high=formatting.percent(high))


def _range_brackets(ranges: list[Range], shares: list[float]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 1.4,
        "width": 4,
        "color": "#475569",
        "array": [max(high - share, 0) for (_low, high), share in zip(ranges, shares, strict=True)],
        "arrayminus": [max(share - low, 0) for (low, _high), share in zip(ranges, shares, strict=True)],
    }


def _upright_line(at: float | str, colour: str, width: float) -> dict[str, Any]:
    line = {"color": colour, "width": width, "dash": "dot"}
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _target_label(at: float | str, target: float, **more: Any) -> dict[str, Any]:
    return {"x": at, "showarrow": False, "text": _("目标 {target}").format(target=formatting.percent(target))} | more


def visit_count_figures() -> list[str]:
    """Return the figures that count children by their visits this year: none, one, … and as many as the plan asks for or more."""
    return [name for name in registry.metrics()["visits"].figures if name.startswith("had_") or name == "six_reached"]


def visit_slots(visit_days: int) -> str:
    """Draw the visits that the plan asks for in a year as slots in text; more than these as a number."""
    most = len(visit_count_figures()) - 1
    filled = min(visit_days, most)
    return "●" * filled + "○" * (most - filled) + (f" +{visit_days - most}" if visit_days > most else "")


def share_lines(days: list[dt.date], lines: dict[str, list[float | None]], target: float | None, goal_day: dt.date | None = None) -> dict:
    """Draw shares over days, a line for each name, which stands with its last figure at the line's end; the target as a labelled line.

    Of several lines the last is their context, in grey. With the day of a goal, the straight way from the first line's first figure to the
    target on that day is drawn too.
    """
    looks = list(zip((ACCENT, *BESIDE), ("solid", "dash", "dot", "dashdot"), strict=True))[: max(len(lines) - 1, 1)]
    traces: list[dict[str, Any]] = []
    ends: list[tuple[float, float, str, str]] = []
    for (name, values), (colour, dash) in zip(lines.items(), [*looks, (GREY, "solid")], strict=False):
        line = {"color": colour, "width": 2.5, "dash": dash}
        look = {"line": line, "marker": {"size": 5, "color": colour}, "name": html.escape(name), "zorder": int(colour != GREY)}
        traces.append(_share_trace(days, values, 2.5) | look)
        last = next((value for value in reversed(values) if value is not None), None)
        if last is not None:
            ends.append((1.01, last, f"{html.escape(name)} {formatting.percent(last)}", colour))
    all_values = [value for values in (*lines.values(), [target]) for value in values if value is not None] or [1.0]
    floor, ceiling = max(0, min(all_values) - 0.12), min(1, max(all_values) + 0.12) + 0.015  # no share is 105 %
    labels = _end_labels(ends, ceiling - floor, xref="paper")
    shapes = []
    if target is not None:
        line = {"color": ACCENT, "width": 1, "dash": "dot"}
        shapes.append({"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target, "line": line})
        place = {"xref": "paper", "y": target, "xanchor": "left", "yanchor": "bottom"}
        labels.append(_target_label(0, target, **place, font={"color": ACCENT, "size": 12}))
    first = next(((day, value) for day, value in zip(days, next(iter(lines.values())), strict=True) if value is not None), None)
    if goal_day and first:
        way = {"type": "scatter", "mode": "lines", "x": [first[0].isoformat(), goal_day.isoformat()], "y": [first[1], target]}
        traces.insert(0, way | {"line": {"color": GREY, "dash": "dot", "width": 1.5}, "hoverinfo": "skip"})
    yaxis = {"tickformat": ".0%", "range": [floor, ceiling], "fixedrange": True}
    xaxis = {"type": "date", "fixedrange": True} | _month_ticks([*days, goal_day] if goal_day else days)
    return {"data": traces, "layout": layout(320, 56, 130, 24, 36, yaxis=yaxis, xaxis=xaxis, annotations=labels, shapes=shapes)}


def _end_labels(ends: Sequence[tuple[float, float, str, str]], height: float, **more: Any) -> list[dict[str, Any]]:
    """Return the labels of the ends of lines, (x, value, text, colour): those of one x that would meet stand one below the other."""
    labels: list[dict[str, Any]] = []
    lowest: dict[float, float] = {}
    for x, value, text, colour in sorted(ends, key=lambda end: end[1], reverse=True):
        lowest[x] = min(value, lowest.get(x, math.inf) - height * 0.07)
        label = {"x": x, "y": lowest[x], "text": text, "font": {"size": 12, "color": colour}}
        labels.append(label | {"xanchor": "left", "showarrow": False} | more)
    return labels


def _share_trace(days: list[dt.date], values: list[float | None], width: float) -> dict[str, Any]:
    line = {"type": "scatter", "mode": "lines+markers", "x": [day.isoformat() for day in days], "y": values}
    look = {"line": {"color": ACCENT, "width": width}, "marker": {"size": 5}}
    return line | look | {"hovertemplate": _DATE_SHARE, "connectgaps": False}


def _month_ticks(days: list[dt.date]) -> dict[str, list[str]]:
    """Return the ticks of an axis of month ends: each under its own point, not under the first of the month after."""
    ticks = sorted(set(days))[:: max(len(days) // 4, 1)]
    return {"tickvals": [day.isoformat() for day in ticks], "ticktext": [f"{day:%Y-%m}" for day in ticks]}


def share_line(days: list[dt.date], values: list[float | None]) -> dict:
    """Draw a share over days as a small chart from 0 to 100 %, its first and last figure written at their points."""
    names = [day.isoformat() for day in days]
    places = [at for at, value in enumerate(values) if value is not None]
    sides = {places[0]: "left", places[-1]: "right"} if places else {}
    label = {"showarrow": False, "yanchor": "bottom", "yshift": 3}
    labels = [
        label | {"x": names[at], "y": values[at], "xanchor": side, "text": formatting.percent(values[at])} for at, side in sides.items()
    ]
    xaxis = {"type": "date", "fixedrange": True, "showgrid": False} | _month_ticks(days)
    yaxis = {"range": [0, 1.04], "fixedrange": True, "showticklabels": False, "tickvals": [0, 0.5, 1], "gridcolor": "rgba(128,128,128,.25)"}
    return {"data": [_share_trace(days, values, 2)], "layout": _small_layout(xaxis, yaxis, labels)}


def month_bars(counts: list[int]) -> dict:
    """Draw counts of the year's months up to now as a small chart, each written above its bar; months to come stay empty."""
    colours = [PALE] * 12
    colours[len(counts) - 1] = ACCENT
    trace = {"type": "bar", "x": [str(month) for month in range(1, 13)], "y": [*counts, *[None] * (12 - len(counts))]}
    hover = _("{month}月").format(month="%{x}") + ": %{y}<extra></extra>"
    labels = [{"showarrow": False, "yanchor": "bottom", "x": at, "y": count, "text": str(count)} for at, count in enumerate(counts)]
    xaxis = {"type": "category", "fixedrange": True, "tickangle": 0}
    yaxis = {"fixedrange": True, "showticklabels": False, "showgrid": False, "range": [0, max(*counts, 1) * 1.15]}
    return {"data": [trace | {"marker": {"color": colours}, "hovertemplate": hover}], "layout": _small_layout(xaxis, yaxis, labels)}


def _count_axis(counts: list[int]) -> dict[str, Any]:
    """Return an axis of counts from zero, high enough for whole numbers at its ticks."""
    return {"fixedrange": True, "automargin": True, "range": [0, 1.08 * max(*counts, 4)]}


def year_lines(years: dict[int, list[int | None]]) -> dict:
    """Draw the counts of the months of some years as a line for each, the newest in colour with its name at the line's end."""
    newest = max(years)
    traces, ends = [], []
    for year, counts in years.items():
        colour, width = (ACCENT, 2.5) if year == newest else (GREY, 1.5)
        line = {"type": "scatter", "mode": "lines+markers", "line": {"color": colour, "width": width}, "marker": {"size": 5}}
        points = {"x": list(range(1, 13)), "y": counts, "name": str(year), "hovertemplate": f"{year}-%{{x}}: %{{y}}<extra></extra>"}
        traces.append(line | points)
        ends += [(month, count, str(year), colour) for month, count in enumerate(counts, 1) if count is not None][-1:]
    xaxis = {"tickvals": list(range(1, 13)), "fixedrange": True, "range": [0.7, 12.9], "showgrid": False}
    yaxis = _count_axis([count or 0 for counts in years.values() for count in counts])
    labels = _end_labels(ends, yaxis["range"][1], xshift=8)
    return {"data": traces, "layout": layout(280, 40, 40, 16, 30, xaxis=xaxis, yaxis=yaxis, annotations=labels)}


def month_flow(months: list[tuple[str, int, int, int]]) -> dict:
    """Draw what was raised and what was resolved in each month as bars, and what was open at its end as a line, by (month, three counts)."""
    names = [month for month, *_counts in months]
    looks = [(_("提出"), PALE), (_("办结"), GREY)]
    traces: list[dict[str, Any]] = [
        {"type": "bar", "x": names, "y": [month[at] for month in months], "name": name, "marker": {"color": colour}}
        for at, (name, colour) in enumerate(looks, 1)
    ]
    ends = [count for *_month, count in months]
    line = {"type": "scatter", "mode": "lines+markers", "line": {"color": ACCENT, "width": 2.5}, "marker": {"size": 5}}
    traces.append(line | {"x": names, "y": ends, "name": _("月末未办结")})
    xaxis = {"type": "category", "fixedrange": True, "tickvals": names[:: max(len(names) // 4, 1)], "tickangle": 0}
    yaxis = _count_axis([count for _name, *counts in months for count in counts])
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    return {"data": traces, "layout": layout(300, 40, 16, 34, 36, xaxis=xaxis, yaxis=yaxis, showlegend=True, legend=legend)}


def timeline(lanes: list[Lane], day: dt.date) -> dict:
    """Draw one lane for each kind of record, spans as bars, days as dots, the day looked at as an upright line."""
    days = [span[0] for _name, spans, _points in lanes for span in spans] + [
        point[0] for _name, _spans, points in lanes for point in points
    ]
    first = max(min(days, default=day), day - dt.timedelta(days=4 * 366))
    traces: list[dict[str, Any]] = []
    for name, spans, points in lanes:
        for begin, end, text in spans:
            bar = {"type": "scatter", "mode": "lines", "line": {"width": 9, "color": PALE}, "hoverinfo": "text"}
            place = {"x": [max(begin, first).isoformat(), (end or day).isoformat()], "y": [name, name]}
            traces.append(bar | place | {"hovertext": f"{name} {text}<br>{begin} – {end or '…'}"})
        if points:
            dots = {"type": "scatter", "mode": "markers", "marker": {"size": 9, "color": ACCENT}, "hoverinfo": "text"}
            place = {"x": [at.isoformat() for at, _text in points], "y": [name] * len(points)}
            traces.append(dots | place | {"hovertext": [f"{name} {text}<br>{at}" for at, text in points]})
    last = day + dt.timedelta(days=30)
    xaxis = {"type": "date", "fixedrange": True, "tickformat": "%Y-%m", "range": [first.isoformat(), last.isoformat()], "nticks": 6}
    names = [name for name, _spans, _points in lanes]
    yaxis = {"type": "category", "categoryorder": "array", "categoryarray": names[::-1], "fixedrange": True, "automargin": True}
    mark = _upright_line(day.isoformat(), GREY, 1)
    return {"data": traces, "layout": layout(90 + 34 * len(lanes), 60, 16, 16, 36, xaxis=xaxis, yaxis=yaxis, shapes=[mark])}


def line_title(measure: str, values: list[float | None]) -> str:
    """Say how a share moved from its first figure to its last."""
    figures = [formatting.percent(value) for value in values if value is not None]
    if not figures:
        return _("{measure}：没有可计算的数").format(measure=measure)
    sentence = _("{measure}从 {first} 到 {last}") if len(set(figures)) > 1 else _("{measure}仍是 {last}")
    return sentence.format(measure=measure, first=figures[0], last=figures[-1])


def months_title(year: int, counts: list[int]) -> str:
    """Say how many visits the year had, and how many of its months none."""
    empty = counts.count(0)
    sentence = _("{year}年走访 {count} 人次").format(year=year, count=sum(counts))
    return sentence + (_("，{months} 个月没有走访").format(months=empty) if empty else "")


def alternative_text(title: str, items: Sequence[str]) -> str:
    """Return the text of a chart for those who listen: its title and its figures."""
    return title + ": " + "; ".join(items)
