"""The overview in words: what has to be decided, which villages are behind, what has changed since the day compared with."""

import html
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, tables
from pages.components.page_frame import View
from pages.data import indicator_status
from pages.data.indicator_status import BothDays, IndicatorStatus, Standings, StatusChange
from pages.text import formatting, labels
from pages.text.formatting import mark
from warehouse.metrics import registry

MOST_VILLAGES, MOST_NAMES, MOST_SHARES = 6, 4, 2


def decisions(view: View) -> None:
    """Show what has to be decided, a sentence each with its villages, every number opening its list."""
    lines = [_decision(view, code, sentence) for code, sentence in labels.words("decision").items()]
    chart_blocks.section_heading(_("需要拍板"), _("数字打开名单，截至 {day}").format(day=view.day))
    tables.bullets([line for line in lines if line], "brief", _("目前没有需要拍板的事。"))


def _decision(view: View, code: str, sentence: str) -> str:
    """Return one matter, or nothing where its number is zero or withheld."""
    total = indicator_status.count(view.figures.of(registry.calling_for_action()[code].metric, view.village_id), code)
    if not total > 0:
        return ""
    line = html.escape(sentence).format(count=f"<b>{count_link(view, code, total)}</b>")
    if view.village_id is not None:
        return line
    villages = indicator_status.by_village(view.figures, code)
    names = [f"{drilldown_links.village(view, name)} {count_link(view, code, count, name)}" for _code, name, count in villages[:MOST_NAMES]]
    return line + mark("：") + _and_more(names, len(villages))


def count_link(view: View, code: str, number: int, village: str | None = None) -> str:
    """Return a count that calls for action, opening its list."""
    return drilldown_links.figure(view, registry.calling_for_action()[code].metric, code, number, village=village)


def count_name(code: str) -> str:
    """Return the name of a count that calls for action."""
    return labels.figure_name(f"{registry.calling_for_action()[code].metric}.{code}")


def villages_behind(view: View, now: Standings, most: int | None = None) -> None:
    """Show the villages that are behind (`most` of them; None: all), the neediest first, and the others as a number."""
    names = {row["village_id"]: row["name"] for row in view.chosen(view.figures.villages())}
    judged = [
        code for code in indicator_status.by_need(now) if code in names and any(each.status.code != "no_figure" for each in now[code])
    ]
    villages = [code for code in judged if indicator_status.behind(now[code])]
    title = _("{count} 个村（社区）滞后").format(count=len(villages)) if villages else _("没有滞后的村（社区）")
    chart_blocks.section_heading(title, _("滞后项多的在上，项数相同的差得多的在上；点村名看一页纸"))
    first, each_most = villages[:most], MOST_SHARES if most else None
    items = [
        f"<b>{drilldown_links.village(view, names[code])}</b> {indicators_behind(view, now[code], names[code], each_most)}"
        for code in first
    ]
    if items:
        look = "scroll tall" if len(items) > tables.TALL else ""
        st.html(f'<div class="{look}"><ol class="brief">{"".join(f"<li>{item}</li>" for item in items)}</ol></div>')
    more, fine = len(villages) - len(first), len(judged) - len(villages)
    rest = [_link_if(view, "village", _("还有 {count} 个滞后的").format(count=more))] if more else []
    if fine:
        rest.append(html.escape(_("其余 {count} 个达标或接近").format(count=fine)))
    sentence = mark("，").join(rest) if judged else html.escape(_("还没有可以判断的数。"))
    beside = " · " + _link_if(view, "coverage", _("几个村并排看"), part="trend") if view.may("pages", "coverage") else ""
    st.html(f'<p class="quiet">{(sentence + list_link(view) + beside).removeprefix(" · ")}</p>')


def place_behind(view: View, now: Standings) -> None:
    """Show in a line all that the place chosen is behind in, of how many indicators judged."""
    indicators = now.get(view.village_id or "", [])
    line = f"<b>{html.escape(view.village)}</b> {indicators_behind(view, indicators)}"
    st.html(f'<p>{line}<span class="off-paper">{list_link(view)}</span></p>')


def indicators_behind(view: View, indicators: Sequence[IndicatorStatus], village: str | None = None, most: int | None = None) -> str:
    """Return ■ 滞后 6 项（共 9 项）, with each of them or the first of them and how many more, as markup."""
    lacking = indicator_status.behind(indicators)
    if all(each.status.code == "no_figure" for each in indicators):
        return html.escape(_("还没有可以判断的数。"))
    if not lacking:
        return html.escape(_("没有滞后的指标（共 {all} 项）").format(all=len(indicators)))
    names = [
        f"{formatting.unbroken(labels.share_name(each.indicator))} "
        f"{drilldown_links.share(view, each.indicator, each.numerator, each.denominator, village=village)}"
        for each in lacking[:most]
    ]
    if len(names) < len(lacking):
        names.append(_link_if(view, "village", _("另 {count} 项").format(count=len(lacking) - len(names)), village))
    count = html.escape(_("{count} 项（共 {all} 项）").format(count=len(lacking), all=len(indicators)))
    return f"{tables.status_mark(lacking[0].status)} {count}{mark('：')}{mark('，').join(names)}"


def count_behind(indicators: Sequence[IndicatorStatus]) -> str:
    """Return how many indicators are behind, of how many: ■ 6/9; without colour where none is."""
    lacking = indicator_status.behind(indicators)
    text = f"{len(lacking)}/{len(indicators)}"
    return tables.status_html(lacking[0].status, text) if lacking else text


def list_link(view: View) -> str:
    """Return the link to the page that explains by which indicators everything is judged; nothing for readers who may not open it."""
    return " · " + _link_if(view, "goals", _("按哪些指标判定")) if view.may("pages", "goals") else ""


def _link_if(view: View, page: str, text: str, village: str | None = None, **more: Any) -> str:
    if not view.may("pages", page):
        return html.escape(text)
    return drilldown_links.anchor(drilldown_links.to(page, view, village=village, **more), text, _("打开全部"))


def changes(view: View, now: Standings) -> None:
    """Show what has changed since the day compared with; say so where nothing has."""
    before = view.figures.before
    chart_blocks.section_heading(
        _("有什么变化"), _("{before} 与 {day} 相比；单位：%、人、件，比率的变化是百分点").format(before=before, day=view.day)
    )
    both = indicator_status.both_days(view.figures, view.village_id)
    if not both["eligibility"][0]["registered"]:
        may_be_withheld = view.figures.reader.suppression_threshold
        st.info(_("那一天没有可以对照的数。") if may_be_withheld else _("那一天还没有在册儿童，没有可以对照的数。"))
        return
    shares, counts, crossings = _moved_shares(both), _grown_counts(view, both), _status_changes(view, now)
    left, right = st.columns(2, gap="medium")
    with left:
        if shares or counts:
            tables.table([_("指标"), str(before), str(view.day), _("变化")], [*shares, *counts], (1, 2, 3), "stack narrow")
    with right:
        if crossings:
            tables.table([_("指标"), _("状态"), _("村（社区）")], crossings, look="narrow")
    if not (shares or counts or crossings):
        st.html("<p>" + html.escape(_("没有变动：主要指标、各村（社区）的状态和需要关注的人数都和那一天一样。")) + "</p>")
    if before.year < view.day.year:
        st.caption(_("走访按当年计，跨年后从头数起。"))


def _moved_shares(both: BothDays) -> list[list[str]]:
    """Return the headline shares that moved, those that fell first: name, before, now, by how much."""
    moves = [(numerator / denominator, share, earlier) for share, earlier, numerator, denominator in indicator_status.share_changes(both)]
    return [
        [
            html.escape(labels.share_name(share)),
            formatting.percent(earlier),
            formatting.percent(now),
            f"{'↑' if now > earlier else '↓'} {formatting.points(now, earlier)}",
        ]
        for now, share, earlier in sorted(moves, key=lambda move: move[0] - move[2])
    ]


def _grown_counts(view: View, both: BothDays) -> list[list[str]]:
    return [
        [html.escape(count_name(code)), str(before), count_link(view, code, now), f"↑ +{now - before}"]
        for code, before, now in indicator_status.count_increases(both)
    ]


def _status_changes(view: View, now: Standings) -> list[list[str]]:
    """Return the villages whose status has changed, a line for those that changed alike, those that fell back first."""
    changes = [change for change in indicator_status.crossings(view.figures, now) if view.village_id in (None, change.village_id)]
    return [_status_change(view, list(alike)) for _kind, alike in groupby(sorted(changes, key=_kind_of), key=_kind_of)]


def _kind_of(change: StatusChange) -> tuple:
    """Return what puts villages into one line: better or worse, the share, both statuses."""
    place = list(registry.shares()).index(change.now.indicator)
    return change.is_better, place, change.before.status.code, change.now.status.code


def _status_change(view: View, alike: list[StatusChange]) -> list[str]:
    first = alike[0]
    names = _and_more([drilldown_links.village(view, change.village) for change in alike[:MOST_NAMES]], len(alike))
    statuses = f"{tables.status_mark(first.before.status)} → {tables.status_mark(first.now.status)}"
    return [html.escape(labels.share_name(first.now.indicator)), statuses, names]


def _and_more(names: list[str], count: int) -> str:
    more = [html.escape(_("等 {count} 个村（社区）").format(count=count))] if count > len(names) else []
    return mark("，").join([*names, *more])
