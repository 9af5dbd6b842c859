"""Eligibility that has ended or soon will, and what becomes of scope and coverage where nothing is renewed.

What becomes of them is the same metrics asked for the later day, with the ledgers as they stand: nothing is reckoned anew.
"""

from __future__ import annotations

import datetime as dt
import html

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, tables
from pages.components.page_frame import View
from pages.text import formatting, labels
from warehouse.metrics import drilldown

WITHIN = (30, 60, 90)
FIGURES = ("ended", *(f"ends_in_{days}" for days in WITHIN))
SHARES = ("coverage_share_1_3", "coverage_share_4_6", "eligibility_valid_share")


def endings(view: View) -> None:
    """Ended and ending eligibility by village and by class, then the effect of not renewing."""
    found = view.chosen(view.figures.counts("eligibility", FIGURES, "village_id", "class_no"))
    total = {name: sum(row[name] for row in found) for name in FIGURES}
    title = _("{ended} 项类别资格已过期，{soon} 项将在 90 天内到期").format(ended=total["ended"], soon=total["ends_in_90"])
    chart_blocks.section_heading(title, _("在册儿童按类别计，截至 {day}；30、60、90 天内为累计；点数字看是哪些儿童").format(day=view.day))
    if not any(total.values()):
        st.info(_("没有过期或 90 天内到期的资格。") if found else _("这一天没有在册儿童：请换一个统计日，或先载入儿童台账。"))
        return
    headings = [_("已过期"), *(_("{days} 天内").format(days=days) for days in WITHIN)]
    right = tuple(range(1, len(FIGURES) + 1))
    by_village, by_class = st.columns(2)
    with by_village:
        tables.table([_("村（社区）"), *headings], _by_village(view, found), right)
    with by_class:
        tables.table([_("类别"), *headings], _by_class(view, found), right)
    _effect(view)


def _sums(rows: list[dict]) -> dict[str, int]:
    """The counts of several rows together."""
    return {name: sum(row[name] for row in rows) for name in FIGURES}


def _by_village(view: View, found: list[dict]) -> list[list[str]]:
    """Villages with something ended or ending, the most first."""
    names = {row["village_id"]: row["name"] for row in view.figures.villages()}
    sums = {code: _sums([row for row in found if row["village_id"] == code]) for code in {row["village_id"] for row in found}}
    order = sorted(
        (code for code in sums if any(sums[code].values())), key=lambda code: (-sums[code]["ended"], -sums[code]["ends_in_90"], code)
    )
    return [
        [
            html.escape(names[code]),
            *(drilldown_links.figure(view, "eligibility", name, sums[code][name], village=names[code]) for name in FIGURES),
        ]
        for code in order
    ]


def _by_class(view: View, found: list[dict]) -> list[list[str]]:
    """The six classes."""
    sums = {number: _sums([row for row in found if row["class_no"] == number]) for number in range(1, 7)}
    return [
        [
            formatting.class_short(number),
            *(drilldown_links.figure(view, "eligibility", name, count, class_no=number) for name, count in counts.items()),
        ]
        for number, counts in sums.items()
    ]


def _effect(view: View) -> None:
    """Scope and coverage on the day and 30, 60, 90 days later with the ledgers as they stand."""
    days = [view.day, *(view.day + dt.timedelta(days=ahead) for ahead in WITHIN)]
    told = [view.figures.of("coverage", view.village_id, day) | view.figures.of("eligibility", view.village_id, day) for day in days]
    now, then = told[0], told[-1]
    parts = {code: drilldown.share_parts()[code][1:] for code in SHARES}
    moved = [
        _("{share}由 {now} 变为 {then}").format(
            share=labels.share_name(code), now=_share(now, *parts[code]), then=_share(then, *parts[code])
        )
        for code in SHARES[:2]
    ]
    scope = _("如果都不续办，到{day}，帮扶范围由 {now} 人变为 {then} 人").format(
        day=formatting.day(days[-1]), now=now["in_scope"], then=then["in_scope"]
    )
    chart_blocks.section_heading(
        _("；").join([scope, *moved]) + _("。"),
        _("台账不再变动时各日的数；最后一类资格到期的儿童离开帮扶范围，第 5 类逾期未评估的转为待核实，仍在范围内"),
    )
    lines = [[_("帮扶范围内的儿童"), *(_linked(view, row["in_scope"], day) for row, day in zip(told, days, strict=True))]]
    for code in SHARES:
        numbers = [(row[parts[code][0]], row[parts[code][1]]) for row in told]
        shares = [drilldown_links.share(view, code, *pair, day=day) for pair, day in zip(numbers, days, strict=True)]
        lines.append([labels.share_name(code), *shares])
    tables.table([_("指标"), *map(str, days)], lines, right=(1, 2, 3, 4))


def _share(row: dict, numerator: str, denominator: str) -> str:
    """A share with its parts in a sentence."""
    return formatting.share(row[numerator], row[denominator])


def _linked(view: View, count: int, day: dt.date) -> str:
    """Children in scope on a day, opening their list of that day."""
    address = drilldown_links.to("rows", view, day, figure="eligibility.in_scope")
    return drilldown_links.anchor(address, str(count), _("打开这个数背后的名单")) if count else "0"
