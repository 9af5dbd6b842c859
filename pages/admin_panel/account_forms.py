"""The forms that add and change accounts. A password is made by the program, shown once, and changed at the first sign-in."""

import secrets
from collections.abc import Callable
from functools import partial

import streamlit as st

from locales import _
from pages import access
from pages.access.accounts import accounts
from pages.components import actor, chart_blocks, page_frame
from pages.data.queries import Figures, newest_day, published, reader_of
from pages.text.formatting import scope_name
from pages.text.labels import role_name
from warehouse import row_access
from warehouse.audit import trail
from warehouse.storage import build_files

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like another


def villages(user: access.User) -> dict[str, str]:
    """Return the names of the register's villages by code; none before the first build."""
    try:
        build = published()
    except build_files.NothingPublished:
        return {}
    return Figures(build.id, reader_of(user), newest_day(build)).village_names()


def random_password() -> str:
    """Return four groups of four letters: 79 random bits, easy to read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))


def new_password() -> None:
    """Show the password that was just made, once. The place stays, as in page_frame.flash_message."""
    with st.container():
        if "new_password" in st.session_state:
            name, password = st.session_state.pop("new_password")
            st.warning(_("账号“{name}”的初始密码（只显示这一次，请当面交给本人，首次登录须更换）：").format(name=name))
            st.code(password, language=None)


def add_form(user: access.User, places: dict[str, str]) -> None:
    """Offer to add an account."""
    chart_blocks.section_heading(_("新增一个账号"), _("一人一个账号，不共用；村（社区）账号只看自己的村（社区）"))
    at = st.session_state.setdefault("accounts_added", 0)  # a form that was refused keeps what was typed, the next one begins empty
    with st.form(f"account_new_{at}"):
        name = st.text_input(_("账号名（本人姓名或工号）"), max_chars=accounts.LONGEST_NAME)
        role = st.selectbox(_("角色"), list(access.ROLES), format_func=role_name, key=f"new_role_{at}")
        chosen = _scope(f"new_scope_{at}", places)
        if st.form_submit_button(_("新增"), type="primary"):
            password, is_closed = random_password(), accounts.find(name) is not None
            message = _("账号“{name}”以前停用过，现在重新启用。").format(name=accounts.plain(name)) if is_closed else ""
            add = partial(accounts.add, name, role, password, chosen, recorder=actor.recorder(user))
            _act_and_rerun(add, message, (accounts.plain(name), password), is_added=True)


def change_forms(user: access.User, places: dict[str, str], every_account: list[accounts.Account]) -> None:
    """Offer to change role and scope of another account, give it a new password, end its sessions, or close it.

    Of an account of the provider role and password are the provider's; a closed one is opened again here, any other by adding it.
    """
    others = {each.name: each for each in every_account if each.name != user.name and (not each.is_disabled or each.subject)}
    chart_blocks.section_heading(_("更改一个账号"), _("更改从对方下一次点击起生效；自己的账号请由另一位管理员更改"))
    if not others:
        st.info(_("还没有别的账号。"))
        return
    name = st.selectbox(_("账号"), list(others), key="account", format_func=lambda name: f"{name} · {role_name(others[name].role)}")
    account, recorder = others[name], actor.recorder(user)
    if account.is_disabled:
        if st.button(_("重新启用")):
            _act_and_rerun(partial(accounts.reopen, name, recorder), _("已重新启用 {name}。").format(name=name))
        return
    if account.subject:
        st.caption(_("由统一登录管理：角色、范围和密码请在那边更改，下次登录生效。"))
    else:
        _role_form(account, places, recorder)
    columns = st.columns(3)
    password = random_password()
    ways: list[tuple[str, Callable[[], object], str, tuple[str, str] | None]] = [
        (_("退出它的所有登录"), partial(accounts.end_sessions, name, recorder=recorder), _("已退出。"), None),
        (_("停用"), partial(accounts.remove, name, recorder=recorder), _("已停用 {name}。").format(name=name), None),
    ]
    if not account.subject:
        change = partial(accounts.change_password, name, password, recorder=recorder)
        ways.insert(0, (_("给新的初始密码"), change, "", (name, password)))
    is_sure = st.checkbox(_("确认对 {name} 这样做").format(name=name), key=f"sure_{name}")
    for at, (column, (label, act, message, new)) in enumerate(zip(columns, ways, strict=False)):
        if column.button(label, key=f"way_{at}", disabled=not is_sure):
            _act_and_rerun(act, message, new)


def _role_form(account: accounts.Account, places: dict[str, str], recorder: trail.Recorder) -> None:
    with st.form(f"account_{account.name}", border=False):
        roles = list(access.ROLES)
        role = st.selectbox(_("角色"), roles, index=roles.index(account.role), format_func=role_name)
        chosen = _scope(f"scope_{account.name}", places, account.scope)
        if st.form_submit_button(_("保存角色和范围")):
            change = partial(accounts.change_role, account.name, role, chosen, recorder=recorder)
            _act_and_rerun(change, _("已更改 {name}。").format(name=account.name))


def _scope(key: str, places: dict[str, str], scope: tuple[str, ...] = row_access.WHOLE) -> list[str]:
    """Return the villages chosen; without any it is the whole town. Codes that the register does not know stay choosable."""
    codes = [] if row_access.is_whole(scope) else list(scope)
    options = list(dict.fromkeys([*places, *codes]))
    return st.multiselect(
        _("只看这些村（社区）；不选就是全镇"),
        options,
        default=codes,
        key=key,
        format_func=lambda code: scope_name((code,), places),
        placeholder=_("全镇"),
    )


def _act_and_rerun(act: Callable[[], object], message: str = "", password: tuple[str, str] | None = None, is_added: bool = False) -> None:
    with page_frame.refusals(accounts.AccountError):
        act()
        st.session_state["accounts_added"] += is_added
        if password:
            st.session_state["new_password"] = password
        if message:
            page_frame.flash_and_rerun(message)
        st.rerun()
