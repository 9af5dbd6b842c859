"""The frame of every page: who reads, which build, which day and village, the stamp, definitions one click away.

Day, village and language are widgets bound to the link, drawn by main.py, so that they stay from page to page.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass

import streamlit as st

from locales import _, language, use_language
from pages import access
from pages.access import rights
from pages.data.queries import Figures, published, reader_of
from pages.text import formatting, settings_text, statuses
from pages.text.masked_count import is_hidden
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.sql import compose

UNLISTED_PAGES = ("rows", "child")  # opened from a figure, not from the menu
WITHOUT_BUILD = ("ledgers", "admin", "audit", "manual")  # there before any build is: the first ledgers may come in by the page too
_TAGS = re.compile(r"<[^>]*>")
_SHORT = 12  # letters that a cell keeps on one line
FIRST_DAY = dt.date(2023, 1, 1)


def sections() -> dict[str, dict[str, str]]:
    """The menu: headings with their pages and titles, those opened from a figure among the first."""
    looking = {"overview": _("总览"), "map": _("地图"), "village": _("村（社区）一页纸"), "coverage": _("结对覆盖"), "visits": _("走访")}
    looking |= {"goals": _("目标进展"), "rows": _("名单"), "child": _("儿童记录")}
    checking = {
        "leads": _("待核实线索"),
        "quality": _("数据质量"),
        "metric": _("指标核对"),
        "sample": _("现场抽样"),
        "history": _("当时与现在"),
    }
    return {
        _("看情况"): looking,
        _("核对"): checking,
        _("台账"): {"submissions": _("报送台账"), "ledgers": _("载入台账")},
        _("取用"): {"exports": _("导出"), "verify": _("核对导出文件")},
        _("管理"): {"audit": _("操作记录"), "admin": _("账号与权限")},
        _("帮助"): {"manual": _("使用说明")},
    }


def titles() -> dict[str, str]:
    """Pages with their titles."""
    return {name: title for pages in sections().values() for name, title in pages.items()}


@dataclass(frozen=True)
class View:
    """What a page needs: the reader, the figures of the day, the village chosen (None: the town)."""

    user: access.User
    figures: Figures
    day: dt.date
    village_id: str | None
    village: str

    def may(self, kind: str, thing: str) -> bool:
        """Whether the reader may (pages/access/rights.toml)."""
        return rights.may(self.user, kind, thing)

    def chosen(self, rows: list[dict]) -> list[dict]:
        """Rows of the village chosen, or all."""
        return [row for row in rows if self.village_id in (None, row["village_id"])]


def require_user() -> access.User:
    """Who is asking; stops the run for nobody."""
    user = access.current_user(st.context.cookies)
    if user is None:
        st.error(_("登录已失效，请重新登录。"))
        st.link_button(_("去登录"), access.LOGIN)
        st.stop()
    return user


def newest_day(build: repository.Build) -> dt.date:
    """The day the build's checks speak of."""
    return dt.date.fromisoformat(build.facts["as_of"])


def require_page(page: str) -> access.User:
    """Check the reader's right to a page once more; stops the run when there is none."""
    user = require_user()
    if not rights.may(user, "pages", page):
        st.error(_("您的账号没有这一页的权限。"))
        st.stop()
    return user


def open_view(page: str) -> View:
    """Check the reader's right to a page and gather its view; stops the run when there is none."""
    user = require_page(page)
    build = published()
    day = st.session_state.get("as_of") or newest_day(build)
    figures = Figures(build.id, reader_of(user), day)
    names = choices(figures, user)
    if not names:
        st.error(_("您的账号没有可以查看的村（社区），请联系管理员。"))
        st.stop()
    village = st.session_state.get("village")
    village = village if village in names else next(iter(names))
    return View(user, figures, day, village or None, names[village])


def choices(figures: Figures, user: access.User) -> dict[str, str]:
    """Places that a reader may choose, by village code ("" is the town, first, for who may see all of it)."""
    town = {"": _("全镇")} if row_access.is_whole(user.scope) else {}
    return town | {row["village_id"]: row["name"] for row in figures.villages()}


def heading(title: str, view: View, sentence: str) -> None:
    """Title, the build's stamp, and the sentence that answers first."""
    st.title(title, anchor=False)
    facts = published().facts
    stamp = _("{village} · 截至 {day} · 台账数据到 {newest} · 载入于 {loaded} · 版本 {build}")
    loaded = formatting.moment(facts["loaded_at"])
    st.caption(
        stamp.format(
            village=formatting.escape_markdown(view.village),
            day=view.day,
            newest=facts["as_of"],
            loaded=loaded,
            build=view.figures.build_id[-8:],
        )
    )
    st.html(f'<p class="lead">{html.escape(sentence)}</p>')


def definition(view: View, *names: str) -> None:
    """Which settings of the town's own the metrics rest on, as one quiet line; all else of their definitions one click away.

    A dialog, because it is made only when it is opened and leaves SQL the room it needs.
    """
    own = settings_text.differing(view.figures.settings(*names))
    if own:
        st.caption(own)
    title = _("指标定义与出处")
    if st.button(title, key=f"definition_{names[0]}"):
        st.dialog(title, width="large")(_defined)(view, names)


def _defined(view: View, names: tuple[str, ...]) -> None:
    """Each metric's definition, which is the opening comment of its file, the settings it reads, its SQL where asked for."""
    use_language(st.session_state["lang"])  # a choice in the dialog runs the dialog alone, without main.py
    for name in names:
        st.markdown(f"**{name}**")
        st.text(query.definition(name, language()))
        st.caption(settings_text.read(view.figures.settings(name)))
        if st.toggle(_("看计算用的 SQL"), key=f"sql_{name}"):
            sql(name + compose.FIGURES)


def sql(name: str) -> None:
    """The metric's own file, and folded the steps it rests on."""
    st.code(compose.text(name), language="sql", height=360)
    rests_on = compose.dependencies(name)
    with st.expander(_("所依据的 {count} 个步骤").format(count=len(rests_on))):
        st.code("\n".join(f"-- {step}\n{compose.text(step)}" for step in rests_on), language="sql", height=480)


@dataclass(frozen=True)
class Card:
    """A headline figure with its parts as markup (links to what stands behind), the share a month ago, its target (None: no judgement)."""

    title: str
    numerator: int
    denominator: int
    parts: str
    target: float | None
    before: float | None = None
    note: str = ""
    meaning: str = ""


def cards(given: list[Card]) -> None:
    """Headline figures side by side, one below the other on a phone; notes are markup."""
    st.html('<div class="cards">' + "".join(map(_card, given)) + "</div>")


def _card(card: Card) -> str:
    """One card: sign, word and colour of the status stand together."""
    now = formatting.ratio(card.numerator, card.denominator)
    state = statuses.judge(card.numerator, card.denominator, card.target) if card.target and not is_hidden(now) else None
    lines = [f'<div class="state is-{state.code}">{state.sign} {state.word}</div>'] if state else []
    told = [_("目标 {target}").format(target=formatting.percent(card.target))] if card.target else []
    if now is not None and card.before is not None:
        told.append(_("较上月 {points} 个百分点").format(points=formatting.points(now, card.before)))
    lines += [f'<div class="quiet">{text}</div>' for text in (" · ".join(told), card.note) if text]
    return (
        f'<div class="card{f" is-{state.code}" if state else ""}"><div class="name">{html.escape(card.title)}</div>{help_tooltip(card.title, card.meaning)}'
        f'<div class="value">{formatting.percent(now)}<span class="parts"> {card.parts}</span></div>' + "".join(lines) + "</div>"
    )


def help_tooltip(title: str, meaning: str) -> str:
    """What a figure means, folded behind a small question mark, as markup; nothing where nothing is said."""
    if not meaning:
        return ""
    says = html.escape(_("{title}是怎么算的").format(title=title))
    return f'<details class="why"><summary aria-label="{says}" title="{says}">?</summary><div>{html.escape(meaning)}</div></details>'


def table(headings: list[str], rows: list[list[str]], right: tuple[int, ...] = ()) -> None:
    """A small plain table; columns in `right` hold figures. Cells may hold markup made by `mark` or `links`; texts are escaped there."""
    cells = "".join(f'<th scope="col" class="{"n" if at in right else ""}">{html.escape(text)}</th>' for at, text in enumerate(headings))
    body = "".join("<tr>" + "".join(_cell(cell, at in right) for at, cell in enumerate(row)) + "</tr>" for row in rows)
    inside = f'<table class="plain"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'
    st.html(f'<div class="scroll"{"" if "<a " in body else _reached(headings)}>{inside}</div>')


def _reached(headings: list[str]) -> str:
    """What lets a keyboard scroll a wide table without a link: links are places to scroll from already."""
    name = _("表格：{columns}").format(columns=formatting.joined(headings))
    return f' tabindex="0" role="group" aria-label="{html.escape(name)}"'


def _cell(markup: str, is_figure: bool) -> str:
    """One cell; figures, days and other short words never break."""
    is_short = len(_TAGS.sub("", markup)) <= _SHORT
    return f'<td class="{"n" if is_figure else "s" if is_short else ""}">{markup}</td>'


def bar(numerator: int, denominator: int) -> str:
    """A share as a bar from 0 to 100 %, as markup; its figures stand beside it, so that it says nothing to those who listen."""
    width = 100 * numerator / denominator if denominator else 0
    return f'<span class="bar" aria-hidden="true"><i style="width:{width:.1f}%"></i></span>'


def status_html(state: statuses.Status, text: str) -> str:
    """Words in the colour of a status, on one line, as markup."""
    return f'<span class="is-{state.code}" style="white-space:nowrap">{state.sign} {text}</span>'


def status_mark(state: statuses.Status) -> str:
    """A status as markup: sign, word, colour."""
    return status_html(state, state.word)
