"""The frame of every page: reader and right, build, day and village (bound to the link), stamp, messages, definitions one click away."""

import datetime as dt
import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from locales import _, language, use_language
from pages import access
from pages.components import comparison, url_state
from pages.data import measures, village_reports
from pages.data.queries import Figures, newest_day, published, reader_of
from pages.text import formatting, labels, settings_text
from warehouse import row_access
from warehouse.audit import trail
from warehouse.sql import compose, snapshots
from warehouse.storage import atomic_write, build_files

UNLISTED_PAGES = ("rows", "child")  # opened from a figure, not from the menu
# Before there is any build: the first ledgers may come in by the page too.
WITHOUT_BUILD = ("ledgers", "register", "admin", "audit", "backup", "work", "manual")
WITHOUT_LEDGERS = (*WITHOUT_BUILD, "submissions", "layouts", "settings")  # once there is the register, and nothing to count yet
NOTICE = "notice"  # of the session: a sentence for the top of the next run
FIRST_DAY = dt.date(2023, 1, 1)  # the earliest that can be looked at

Details = dict[str, tuple[str, Callable[[], None]]]  # of a page, by their codes: the name of each and what draws it


def sections() -> dict[str, list[str]]:
    """Return the menu: headings with their pages, those opened from a figure among the first."""
    return {
        _("看情况"): "overview map village coverage helpers visits needs duties goals rows child".split(),
        _("核对"): "leads quality metric declared sample history".split(),
        _("台账"): ["submissions", "board", "ledgers", "layouts"],
        _("取用"): ["exports", "work", "verify"],
        _("管理"): ["settings", "register", "audit", "admin", "backup"],
        _("帮助"): ["manual"],
    }


def titles() -> dict[str, str]:
    """Return the pages with their titles."""
    return {name: labels.word("pages", name) for names in sections().values() for name in names}


@dataclass(frozen=True)
class View:
    """What a page needs: the reader, the figures of the day, the chosen village (None: the town)."""

    user: access.User
    figures: Figures
    day: dt.date
    village_id: str | None
    village: str
    group: str = ""  # of classes (pages/data/measures.py) that the page counts; "": all children
    _rights: dict[tuple[str, str], bool] = field(default_factory=dict)  # asked once in a run: every link of a table asks

    def may(self, kind: str, thing: str) -> bool:
        """Tell whether the reader may (pages/access/rights.toml)."""
        if (kind, thing) not in self._rights:
            self._rights[kind, thing] = access.rights.may(self.user, kind, thing)
        return self._rights[kind, thing]

    def chosen(self, rows: list[dict]) -> list[dict]:
        """Return the rows of the chosen village, or all."""
        return [row for row in rows if self.village_id in (None, row["village_id"])]


def require_user() -> access.User:
    """Return the reader; stop the run where there is none.

    Nothing is loaded any more then, so the words are plain HTML. The link asks for this very page: the gate shows the sign-in, which
    comes back here.
    """
    user = access.current_user(st.context.cookies)
    if user is None:
        says, link = html.escape(_("登录已失效（太久没有操作、在别处退出，或密码已更换）。登录后回到这一页。")), html.escape(_("去登录"))
        st.html("<style>[data-testid=stSidebar]{display:none}</style>")
        st.html(f'<p class="lead" role="alert">{says}</p><p class="lead"><a href="" target="_self">{link}</a></p>')
        st.html("<script>keepTyped()</script>", unsafe_allow_javascript=True)
        st.stop()
    return user


def last_day(newest: dt.date) -> dt.date:
    """Return the latest day that can be looked at: far enough for a goal of the year after."""
    return dt.date(newest.year + 1, 12, 31)


def require_page(page: str) -> access.User:
    """Check the reader's right to a page again; stop the run where there is none."""
    user = require_user()
    if not access.rights.may(user, "pages", page):
        st.error(_("您的账号没有这一页的权限。"))
        st.stop()
    return user


def open_view(page: str, has_classes: bool = False) -> View:
    """Check the reader's right to a page and return its view, of the classes chosen where it has them; stop the run where there is none."""
    user = require_page(page)
    build = published()
    day = st.session_state.get("as_of") or newest_day(build)
    figures = Figures(build.id, reader_of(user), day, comparison.day_before(day))
    names = choices(figures, user)
    if not names:
        st.error(_("您的账号没有可以查看的村（社区），请联系管理员。"))
        st.stop()
    village = st.session_state.get("village")
    village = village if village in names else next(iter(names))
    is_any_day = access.rights.may(user, "record", "birthday") if page in UNLISTED_PAGES else not figures.reader.suppression_threshold
    if not (is_any_day or figures.is_settled(day)):
        _offer_settled_days(figures)
    if not (is_any_day or figures.is_settled(comparison.day_before(day))):
        figures = Figures(build.id, figures.reader, day, snapshots.month_end(day, 1))
    return View(user, figures, day, village or None, names[village], comparison.group() if has_classes else "")


def _offer_settled_days(figures: Figures) -> NoReturn:
    """Show the days of which a reader is answered who could work out a birthday or a withheld count from any; stop the run."""
    st.info(_("您的账号在这里只能看每月最后一天和最新一天，因为逐日对照能推出儿童的生日或隐去的数。统计截至请改为："))
    days = (snapshots.month_end(figures.day, 1), snapshots.month_end(figures.day), newest_day(published()))
    for day in sorted({day for day in days if day >= FIRST_DAY}):
        st.button(str(day), key=f"settled_{day}", on_click=st.session_state.update, args=({"as_of": day, comparison.ANSWERED: True},))
    st.stop()


def choices(figures: Figures, user: access.User) -> dict[str, str]:
    """Return the places that a reader may choose, by village code; "" is the town, first, for readers of all of it."""
    town = {"": _("全镇")} if row_access.is_whole(user.scope) else {}
    return town | {row["village_id"]: row["name"] for row in figures.villages()}


def heading(title: str, view: View, sentence: str, filters: dict[str, str] | None = None) -> None:
    """Show the title, the build's stamp, what the page is narrowed to (`filters` are its own), and the sentence that answers first."""
    group = comparison.group()
    is_narrowed = view.village_id is not None and row_access.is_whole(view.user.scope)
    chips = ({"village": view.village} if is_narrowed else {}) | ({"class": measures.group_name(group)} if group else {}) | (filters or {})
    with st.container(horizontal=True, vertical_alignment="center"):  # chips come and go beside the title: nothing below moves
        st.title(title, anchor=False)
        comparison.chips(chips)
    facts = published().facts
    stamp = _("{village} · 截至 {day} · 台账数据到 {newest} · 载入于 {loaded} · 版本 {build}")
    loaded, build = formatting.moment(facts["loaded_at"]), view.figures.build_id[-8:]
    stamp = stamp.format(village=view.village, day=view.day, newest=facts["as_of"], loaded=loaded, build=build)
    st.html(f'<p class="quiet stamp">{formatting.unbroken(stamp)}</p>')
    names = {row["village_id"]: row["name"] for row in view.chosen(view.figures.villages())}
    notices = village_reports.notices(view.figures.last_reports(view.day), names, view.day, view.village_id is None)
    with st.container():  # its place is there whatever it says: the elements below stay those that they are
        if notices:
            st.warning(formatting.escape_markdown(notices))
        if st.session_state.pop("is_choice_refused", False):  # what the address says is not repeated: anybody may have written it
            text = _("网址里的日期或村（社区）这里没有，下面是{village} {day} 的情况。日期可选 {first} 到 {last}。")
            last = last_day(newest_day(published()))
            st.warning(formatting.escape_markdown(text.format(village=view.village, day=view.day, first=FIRST_DAY, last=last)))
        if group and not view.group:
            st.caption(_("这一页的数不按儿童类别分，下面是全部儿童的。"))
    lead(sentence, list(chips.values()))


def details(parts: Details) -> None:
    """Show the parts of a page that come after its answer as tabs, of which only the open one is worked out; it is in the link."""
    code, place = url_state.url_tabs({code: name for code, (name, _draw) in parts.items()})
    with place:
        parts[code][1]()


def print_mark(user: access.User) -> str:
    """Return what a page printed by the browser says on every sheet. It has no receipt: the browser prints without asking."""
    now, build = dt.datetime.now(dt.UTC).isoformat(), published()
    day = st.session_state.get("as_of") or newest_day(build)
    text = _("内部资料 · {who} · {now} · 统计截至 {day} · 版本 {build}")
    return text.format(who=user.name, now=formatting.moment(now), day=day, build=build.id)


def help_link(page: str) -> None:
    """Show the link to what the reader's manual says of a page; it opens beside the page, which may hold what somebody has typed."""
    text, title = html.escape(_("帮助")), html.escape(_("这一页的使用说明，在新标签页打开"))
    address = f"manual?page={page}&amp;lang={language()}"
    st.html(f'<a class="help off-paper" href="{address}" target="_blank" title="{title}">{text}</a>')


def lead(sentence: str, narrowed_to: list[str] | None = None) -> None:
    """Show the sentence that answers first; on paper, before it, what the page is narrowed to."""
    says = _("只看：{names}").format(names=formatting.join_names(narrowed_to)) if narrowed_to else ""
    st.html(f'<p class="on-paper quiet">{html.escape(says)}</p><p class="lead">{formatting.unbroken(sentence)}</p>')


def flash_message() -> None:
    """Show what was just done, once.

    Its place is there on every run: elements below would move up when it goes, and a browser draws a moved element again (an
    opened expander closes over what was typed in it).
    """
    place = st.container()
    if "flash" in st.session_state:
        place.success(st.session_state.pop("flash"))


def say_what_changed() -> DeltaGenerator | None:
    """Say at the top of a page that all is of another build than the reader last saw, and what is left to say.

    Return the place where a lost click is answered; None where what was pressed has been done or answered already.
    """
    is_answered = st.session_state.pop(comparison.ANSWERED, False)
    place, build_id = st.container(), build_files.published(build_files.home())
    if says := st.session_state.pop(NOTICE, ""):
        place.warning(formatting.escape_markdown(says))
        is_answered = True
    before = st.session_state.get("build_seen", build_id)
    st.session_state["build_seen"] = build_id
    if before and build_id and build_files.origin(before) != build_files.origin(build_id) and "flash" not in st.session_state:
        place.info(_("数据刚换成另一个版本（{build}），下面都是新的。").format(build=build_id[-8:]))
    return None if is_answered else place


def answer_lost_click(place: DeltaGenerator | None) -> None:
    """Say that what the reader pressed was not done, where this run of the page has drawn no such button any more."""
    context = get_script_run_ctx()
    pressed = {state.id for state in context.session_state.get_widget_states() if state.trigger_value} if context else set()
    if place and context and pressed - context.shared.widget_ids_this_run.snapshot():
        place.warning(_("您点的没有执行：这一页在这期间变了（别人处理过，或已经结束）。下面是现在的情况，请看过再点。"))


def flash_and_rerun(message: str) -> NoReturn:
    """Run the page again as it is now, with a message of what was just done."""
    st.session_state["flash"] = message
    st.rerun()


@contextmanager
def refusals(*errors: type[Exception]) -> Iterator[None]:
    """Show why what is done within was not done: one of these errors, or that it could not be recorded or written."""
    try:
        yield
    except Exception as error:
        is_expected = isinstance(error, (trail.NotRecorded, *errors))
        if not is_expected and not atomic_write.is_disk_full(error):
            raise
        st.error(formatting.escape_markdown(str(error if is_expected else build_files.DiskFull())))


def definition(view: View, *names: str) -> None:
    """Show which settings of the town the metrics rest on, as one quiet line; their definitions are in a dialog, one click away."""
    town_settings = settings_text.town_settings(view.figures.settings(*names))
    if town_settings:
        st.caption(town_settings)
    title = _("指标定义与出处")
    if st.button(title, key=f"definition_{names[0]}"):
        st.dialog(title, width="large")(_definitions)(view, names)


def _definitions(view: View, names: tuple[str, ...]) -> None:
    """Show each metric's definition, which is the opening comment of its file, the settings it reads, its SQL behind a switch."""
    use_language(st.session_state["lang"])  # a choice in the dialog runs the dialog alone, without main.py
    for name in names:
        st.markdown(f"**{labels.metric_name(name)}**")
        st.text(labels.definition(name))
        st.caption(settings_text.used_settings(view.figures.settings(name)))
        if st.toggle(_("看计算用的 SQL"), key=f"sql_{name}"):
            sql(name + compose.FIGURES)


def sql(name: str) -> None:
    """Show the metric's file, and folded the steps it rests on."""
    st.code(compose.text(name), language="sql", height=360)
    steps = compose.dependencies(name)
    with st.expander(_("所依据的 {count} 个步骤").format(count=len(steps))):
        st.code("\n".join(f"-- {step}\n{compose.text(step)}" for step in steps), language="sql", height=480)
