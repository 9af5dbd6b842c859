"""The overview in words: what has to be decided, which villages are behind, what has changed since a month ago.

Each is a short list of sentences; what is fine is counted and stays quiet.
"""

from __future__ import annotations

import html
from itertools import groupby

import streamlit as st

from locales import _, language
from pages.components import chart_blocks, drilldown_links, tables
from pages.components.page_frame import View
from pages.data import headline_status
from pages.text import formatting, labels
from warehouse.metrics import registry

MOST_VILLAGES, MOST_NAMES, MOST_SHARES = 6, 4, 2
Both = dict[str, tuple[dict, dict]]  # headlines.both_days


def decisions(view: View) -> None:
    """What has to be decided: a sentence each with its villages, every number opening its list."""
    asked = {
        "uncovered_1_3": _("1—3类还有 {count} 名儿童没有爱心家庭，必须结对（方案 2.3）"),
        "uncovered_4_6": _("4—6类还有 {count} 名儿童没有结对，可由部门包片（方案 2.3）"),
        "overdue": _("{count} 件困难超期未办结，定由谁、何时办完（方案 3.2.2）"),
        "expired": _("{count} 名在册儿童已不符合条件，定续办还是退出（方案 2.1）"),
    }
    lines = [told for code, says in asked.items() if (told := _decision(view, code, says))]
    chart_blocks.section_heading(_("需要拍板"), _("数字打开名单，截至 {day}").format(day=view.day))
    bullets(lines, _("目前没有需要拍板的事。"))


def _decision(view: View, code: str, says: str) -> str:
    """One matter, or nothing where there is none or its number is withheld."""
    total = headline_status.count(view.figures.of(registry.calling_for_action()[code].metric, view.village_id), code)
    if not total > 0:
        return ""
    told = html.escape(says).format(count=f"<b>{counted(view, code, total)}</b>")
    if view.village_id is not None:
        return told
    own = headline_status.by_village(view.figures, code)
    named = [f"{drilldown_links.village(view, name)} {counted(view, code, count, name)}" for _code, name, count in own[:MOST_NAMES]]
    return told + _colon() + _some(named, len(own))


def counted(view: View, code: str, number: int, village: str | None = None) -> str:
    """Return a count that calls for action, opening its list."""
    return drilldown_links.figure(view, registry.calling_for_action()[code].metric, code, number, village=village)


def behind(view: View, now: headline_status.Standings, most: int | None = None) -> None:
    """The villages that are behind (`most` of them; None: all), the neediest first, each opening its sheet; the others as a number."""
    names = {row["village_id"]: row["name"] for row in view.chosen(view.figures.villages())}
    known = {key[0] for key in now} & names.keys()
    own = [line for line in headline_status.ranked(now) if line[0] in names]
    title = _("{count} 个村（社区）滞后").format(count=len(own)) if own else _("没有滞后的村（社区）")
    chart_blocks.section_heading(title, _("滞后项多的在上，项数相同的差得多的在上；点村名看一页纸"))
    items = [_behind(view, names[code], told) for code, told in own[:most]]
    if items:
        st.html(f'<ol class="brief">{"".join(f"<li>{item}</li>" for item in items)}</ol>')
    more, fine = len(own) - len(items), len(known) - len(own)
    told = html.escape(_("还有 {count} 个滞后的").format(count=more))
    rest = (
        [drilldown_links.anchor(drilldown_links.to("village", view), told, _("打开全部")) if view.may("pages", "village") else told]
        if more
        else []
    )
    rest += [html.escape(_("其余 {count} 个达标或接近").format(count=fine))] if fine else []
    said = _comma().join(rest) if known else html.escape(_("还没有可以判断的数。"))
    st.html(f'<p class="quiet">{said}</p>')


def _behind(view: View, village: str, told: list[headline_status.HeadlineStatus]) -> str:
    """A village that is behind: sign and word, in how many of the headline shares, the worst of them with figures."""
    shown = [
        f"{html.escape(labels.share_name(one.share))} {drilldown_links.share(view, one.share, one.numerator, one.denominator, village=village)}"
        for one in told[:MOST_SHARES]
    ]
    count = html.escape(_("{count} 项指标").format(count=len(told)))
    more = html.escape(_(" 等") if len(told) > len(shown) else "")
    return f"<b>{drilldown_links.village(view, village)}</b> {tables.status_mark(told[0].status)} {count}{_colon()}{_comma().join(shown)}{more}"


def changes(view: View, now: headline_status.Standings) -> None:
    """What has changed since the same day a month before; said plainly where nothing has."""
    before = view.figures.month_ago()
    chart_blocks.section_heading(_("比上月有什么变化"), _("{before} 与 {day} 相比").format(before=before, day=view.day))
    told = headline_status.both_days(view.figures, view.village_id)
    if not told["eligibility"][0]["registered"]:
        is_hidden_then = view.figures.reader.suppression_threshold
        st.info(_("上月没有可以对照的数。") if is_hidden_then else _("上月同日还没有在册儿童，没有可以对照的数。"))
        return
    lines = [line for line in (*_moved(told), _grown(view, told), *_crossed(view, now)) if line]
    bullets(lines, _("没有变动：主要指标、各村（社区）的状态和需要关注的人数都和上月同日一样。"))
    if before.year < view.day.year:
        st.caption(_("走访按当年计，跨年后从头数起。"))


def _moved(both: Both) -> list[str]:
    """Headline shares that moved, those that rose and those that fell."""
    told: dict[bool, list[str]] = {True: [], False: []}
    for share, earlier, numerator, denominator in headline_status.moved(both):
        now = numerator / denominator
        points = _("{points} 个百分点").format(points=formatting.points(now, earlier))
        shown = f"{formatting.percent(earlier)} → {formatting.percent(now)}"
        told[now > earlier].append(
            html.escape(f"{labels.share_name(share)} {shown}") + f' <span class="quiet">{html.escape(points)}</span>'
        )
    names = {True: _("上升"), False: _("下降")}
    return [f"<b>{names[is_up]}</b>{_colon()}{_comma().join(own)}" for is_up, own in told.items() if own]


def _grown(view: View, both: Both) -> str:
    """Counts that have grown."""
    found = headline_status.grown(both)
    told = [f"{html.escape(count_name(code))} {before} → {counted(view, code, now)}" for code, before, now in found]
    name = _("人（件）数增加")
    return f"<b>{name}</b>{_colon()}{_comma().join(told)}" if told else ""


def _crossed(view: View, now: headline_status.Standings) -> list[str]:
    """Villages whose status has changed, a line for those that changed alike, those that fell back first."""
    found = [move for move in headline_status.crossings(view.figures, now) if view.village_id in (None, move.village_id)]
    alike = groupby(sorted(found, key=_alike), key=_alike)
    return [_crossing(view, list(moves)) for _key, moves in alike]


def _alike(move: headline_status.StatusChange) -> tuple:
    """What puts villages into one line: better or worse, the share, both statuses."""
    return move.is_better, registry.headline_shares().index(move.now.share), move.before.status.code, move.now.status.code


def _crossing(view: View, moves: list[headline_status.StatusChange]) -> str:
    """Villages that went from one status to the same other one in the same share."""
    first, own = moves[0], moves[:MOST_NAMES]
    named = _some([drilldown_links.village(view, move.village) for move in own], len(moves))
    way = f"{tables.status_mark(first.before.status)} → {tables.status_mark(first.now.status)}"
    return f"{html.escape(labels.share_name(first.now.share))} {way}{_colon()}{named}"


def _some(named: list[str], count: int) -> str:
    """The first few of several villages, and how many they are."""
    more = [html.escape(_("等 {count} 个村（社区）").format(count=count))] if count > len(named) else []
    return _comma().join([*named, *more])


def count_name(code: str) -> str:
    """Return the name of a count that calls for action."""
    return labels.figure_name(registry.calling_for_action()[code].code)


def bullets(lines: list[str], nothing: str) -> None:
    """Sentences as a list, or that there are none."""
    if lines:
        st.html(f'<ul class="brief">{"".join(f"<li>{line}</li>" for line in lines)}</ul>')
    else:
        st.html(f"<p>{html.escape(nothing)}</p>")


def _comma() -> str:
    return ", " if language() == "en" else "，"


def _colon() -> str:
    return ": " if language() == "en" else "："
