"""The frame: pages by role, as-of day, village and language in the link; then the page itself."""

import logging
import traceback
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from locales import LANGUAGES, _, use_language
from pages import access
from pages.components import comparison, page_frame, theme
from pages.data.queries import Figures, published, reader_of
from pages.summaries import first_steps, waiting_work
from pages.text import labels
from warehouse.builds import repository
from warehouse.disclosure import suppression
from warehouse.storage import atomic_write, build_files, format_versions

HERE = Path(__file__).parent

LANGUAGE_NAMES = {"zh_CN": "中文", "en": "English"}


def set_language() -> None:
    """Use the reader's language: the link's, else that of the sign-in page."""
    if "lang" not in st.session_state:
        code = st.query_params.get("lang")
        st.session_state["lang"] = code if code in LANGUAGES else access.language_of(st.context.cookies)
    use_language(st.session_state["lang"])


def sidebar(user: access.User) -> None:
    """Show the choices that all pages share, bound to the link."""
    build = published()
    newest = page_frame.newest_day(build)
    if newest != (before := st.session_state.get("newest_day", newest)) and st.session_state.get("as_of") == before:
        st.session_state["as_of"] = newest  # nobody chose another day than the newest
    places = page_frame.choices(Figures(build.id, reader_of(user), newest), user)
    choices = [st.query_params.get(name) for name in ("as_of", "village")] if "newest_day" not in st.session_state else []
    st.session_state["newest_day"] = newest
    with st.sidebar:
        st.date_input(
            _("统计截至"),
            newest,  # what is not in the link
            key="as_of",
            min_value=page_frame.FIRST_DAY,
            max_value=page_frame.last_day(newest),
            format="YYYY-MM-DD",
            bind="query-params",
            help=_("所有页面按这一天结束时的情况计算"),
        )
        if places:
            st.selectbox(
                _("村（社区）"), list(places), key="village", format_func=places.__getitem__, bind="query-params", placeholder=_("请选择")
            )
        if not reader_of(user).suppression_threshold:
            comparison.draw(st.session_state["as_of"], page_frame.FIRST_DAY, page_frame.last_day(newest))
        else:
            comparison.forget()
        taken = {str(st.session_state["as_of"]), *places.values()}
        if any(choice and choice not in taken for choice in choices):
            st.session_state["is_choice_refused"] = True  # for the page's heading
        own_choices(user)


def own_choices(user: access.User) -> None:
    """Show what needs no build: the language, who is signed in, signing out and the password."""
    with st.sidebar:
        st.segmented_control("语言 / Language", list(LANGUAGES), key="lang", required=True, format_func=LANGUAGE_NAMES.__getitem__)
        st.query_params["lang"] = st.session_state["lang"]  # by code: a bound widget would write its label
        st.caption(_("{name}（{role}）").format(name=user.name, role=labels.role_name(user.role)))
        links = {access.LOGOUT: _("退出登录"), access.PASSWORD: _("更换密码")}
        query = f"?lang={st.session_state['lang']}"
        st.html(" · ".join(f'<a href="{address}{query}" target="_self">{text}</a>' for address, text in links.items()))


def menu(allowed: tuple[str, ...], unlisted: tuple[str, ...], waiting: Mapping[str, int]) -> dict[str, list[StreamlitPage]]:
    """Return the pages that a reader may open, under their headings but for those `unlisted`; the reader begins at the first of `allowed`.

    What waits on a page for this reader is counted behind its title.
    """
    titles, pages_of = page_frame.titles(), {}
    for heading, names in page_frame.sections().items():
        pages_of[heading] = [
            st.Page(
                HERE / f"{name}.py",
                title=titles[name] + (f" · {waiting[name]}" if waiting.get(name) else ""),
                url_path=name,
                default=name == allowed[0],
                visibility="hidden" if name in unlisted else "visible",
            )
            for name in names
            if name in allowed
        ]
    return {heading: pages for heading, pages in pages_of.items() if pages}


def main() -> None:
    """Draw the frame and run the page."""
    set_language()
    st.set_page_config(page_title=_("同行：关爱儿童结对帮扶"), page_icon=str(HERE / "mark.png"), layout="wide")
    st.html(theme.style_sheet())
    st.html(theme.page_script(), unsafe_allow_javascript=True)
    user = page_frame.require_user()
    allowed = access.rights.allowed(user, "pages")
    if not allowed:
        st.error(_("您的账号没有可以查看的页面，请联系管理员。"))
        st.stop()
    page = st.navigation(
        menu(allowed, (*page_frame.UNLISTED_PAGES, *access.rights.unlisted(user.role)), waiting_work.of(user)), expanded=True
    )
    name = page.url_path or allowed[0]
    try:
        sidebar(user)
    except format_versions.NewerFormat as error:
        st.error(str(error))
        st.stop()
    except build_files.NothingPublished:
        own_choices(user)
        if name in page_frame.WITHOUT_BUILD:
            return run(page, name)
        first_steps.show(user)
        st.stop()
    if repository.is_register_alone(published()) and name not in page_frame.WITHOUT_LEDGERS:
        first_steps.show(user)
        st.stop()
    if name != "manual":  # which holds nothing of the town
        st.html(theme.print_mark(page_frame.print_mark(user)))
    run(page, name)


def run(page: StreamlitPage, name: str) -> None:
    """Run a page beside the link to its help; what goes wrong is one plain sentence for the reader and the place, without values, for the log."""
    if name != "manual":
        page_frame.help_link(name)
    changes = page_frame.say_what_changed()
    try:
        with st.spinner(_("正在计算“{page}”……").format(page=page.title)):  # visible from half a second on, over the page (theme.py)
            page.run()
        page_frame.answer_lost_click(changes)
    except suppression.CannotProtect as refused:
        st.warning(str(refused))
    except Exception as error:  # streamlit's own stop and rerun are no Exception
        place = traceback.extract_tb(error.__traceback__)[-1]
        logging.getLogger("tongxing").error(
            "page %s: %s at %s:%s", page.url_path, type(error).__name__, Path(place.filename).name, place.lineno
        )
        says = _("这一页没能显示完整。数据没有受影响；请刷新重试，仍不行请把当前网址告诉维护人员。")
        st.error(str(build_files.DiskFull()) if atomic_write.is_disk_full(error) else says)


if __name__ == "__main__":  # Streamlit runs this file by that name; a worker process only imports it
    main()
