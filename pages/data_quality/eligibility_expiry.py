"""Eligibility that has ended or soon will, and what becomes of scope and coverage where nothing is renewed: the metrics of a later day."""

import datetime as dt
import html
from typing import Any

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, tables
from pages.components.page_frame import View
from pages.text import formatting, labels
from warehouse.metrics import drilldown, registry

_ENDS_IN = "ends_in_"
SHARES = ("coverage_share_1_3", "coverage_share_4_6", "eligibility_valid_share")


def endings(view: View) -> None:
    """Show ended and ending eligibility by village and by class, then the effect of not renewing."""
    names = [name for name in registry.metrics()["eligibility"].figures if name.startswith(_ENDS_IN)]  # the registry counts 30, 60, 90 days
    periods = tuple(int(name.removeprefix(_ENDS_IN)) for name in names)
    figures = ("ended", *(f"{_ENDS_IN}{days}" for days in periods))
    rows = view.chosen(view.figures.counts("eligibility", figures, "village_id", "class_no"))
    total = _sums(rows, figures)
    title = _("{ended} 项类别资格已过期，{soon} 项将在 90 天内到期").format(ended=total["ended"], soon=total[figures[-1]])
    chart_blocks.section_heading(title, _("在册儿童按类别计，截至 {day}；30、60、90 天内为累计；点数字看是哪些儿童").format(day=view.day))
    if not any(total.values()):
        st.info(_("没有过期或 90 天内到期的资格。") if rows else _("这一天没有在册儿童：请换一个统计日，或先载入儿童台账。"))
        return
    headings = [_("已过期"), *(_("{days} 天内").format(days=days) for days in periods)]
    right = tuple(range(1, len(headings) + 1))
    at_villages, at_classes = st.columns(2)
    with at_villages:
        tables.table([_("村（社区）"), *headings], _by_village(view, rows, figures), right)
    with at_classes:
        tables.table([_("类别"), *headings], _by_class(view, rows, figures), right)
    _effect(view, periods)


def _sums(rows: list[dict], figures: tuple[str, ...]) -> dict[str, int]:
    return {name: sum(row[name] for row in rows) for name in figures}


def _by_village(view: View, rows: list[dict], figures: tuple[str, ...]) -> list[list[str]]:
    sums = {code: _sums([row for row in rows if row["village_id"] == code], figures) for code in {row["village_id"] for row in rows}}
    order = sorted(sums, key=lambda code: (-sums[code]["ended"], -sums[code][figures[-1]], code))
    names = view.figures.village_names()
    return [[html.escape(names[code]), *_counts(view, sums[code], village=names[code])] for code in order if any(sums[code].values())]


def _by_class(view: View, rows: list[dict], figures: tuple[str, ...]) -> list[list[str]]:
    sums = {number: _sums([row for row in rows if row["class_no"] == number], figures) for number in drilldown.CLASS_NUMBERS}
    return [[formatting.class_short(number), *_counts(view, counts, class_no=number)] for number, counts in sums.items()]


def _counts(view: View, counts: dict[str, int], **place: Any) -> list[str]:
    return [drilldown_links.figure(view, "eligibility", name, count, **place) for name, count in counts.items()]


def _effect(view: View, periods: tuple[int, ...]) -> None:
    days = [view.day, *(view.day + dt.timedelta(days=period) for period in periods)]
    rows = [view.figures.of("coverage", view.village_id, day) | view.figures.of("eligibility", view.village_id, day) for day in days]
    now, then = rows[0], rows[-1]
    text = _("如果都不续办，到{day}，帮扶范围仍是 {now} 人")
    if now["in_scope"] != then["in_scope"]:
        text = _("如果都不续办，到{day}，帮扶范围由 {now} 人变为 {then} 人")
    sentences = [text.format(day=formatting.day(days[-1]), now=now["in_scope"], then=then["in_scope"])]
    for code in SHARES[:2]:
        shares = [formatting.share(*(row[name] for name in registry.shares()[code].parts)) for row in (now, then)]
        if shares[0] != shares[1]:
            sentences.append(_("{share}由 {now} 变为 {then}").format(share=labels.share_name(code), now=shares[0], then=shares[1]))
    chart_blocks.section_heading(
        _("；").join(sentences) + _("。"),
        _("台账不再变动时各日的数；最后一类资格到期的儿童离开帮扶范围，第 5 类超期未评估的转为待核实，仍在范围内"),
    )
    in_scope = [
        drilldown_links.figure(view, "eligibility", "in_scope", row["in_scope"], day=day) for row, day in zip(rows, days, strict=True)
    ]
    lines = [[_("帮扶范围内的儿童"), *in_scope]]
    for code in SHARES:
        cells = [drilldown_links.share_of(view, code, row, day=day) for row, day in zip(rows, days, strict=True)]
        lines.append([labels.share_name(code), *cells])
    tables.table([_("指标"), *map(str, days)], lines, right=tuple(range(1, len(days) + 1)))
