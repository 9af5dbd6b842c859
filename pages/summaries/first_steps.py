"""What is to be done in a home without ledgers: the steps from the first account to the first figures, and the blank ledgers for them."""

import html
import io
import zipfile

import streamlit as st

from etl.forms import blank_forms
from locales import _
from pages.access import rights
from pages.access.accounts import accounts
from pages.access.accounts.accounts import User
from pages.components import page_frame, tables
from warehouse.settings import settings
from warehouse.storage import build_files


def show(user: User) -> None:
    """Show the steps, each with who does it and whether it is done, the page where this reader does it, and the blank ledgers."""
    page_frame.help_link("set-up")
    st.title(_("还没有数据"), anchor=False)
    home, register_help = build_files.home(), _("一行一个村（社区），有区划代码和名称；一个一个写，或从 Excel 粘贴；也可以和台账一起放文件")
    has_centre = any(account.role == "centre" and not account.is_disabled for account in accounts.every())
    has_name = bool(settings.kept(home)["town_name"])
    steps = [
        ("admin", has_centre, _("管理员：为保护中心的人新增账号"), _("角色选“保护中心”；密码由程序生成，第一次登录时由本人更换")),
        ("register", build_files.published(home) is not None, _("保护中心：写入村居名册，看过，发布"), register_help),
        ("settings", has_name, _("写本镇的名称和区划代码"), _("名册发布以后写；报告的标题里有它")),
        ("ledgers", False, _("保护中心：放入各村（社区）的台账"), _("先检查、看过变化，再发布；发布后各页就有数")),
        ("admin", False, _("管理员：为镇领导、县级考核和各村（社区）新增账号"), _("村（社区）账号在名册发布以后才能选到村")),
    ]
    page_frame.lead(_("按顺序做完下面几步，各页就有数了。"))
    lines = [
        [str(number), _linked(user, page, step), html.escape(hint), "✓" if is_done else _("待办")]
        for number, (page, is_done, step, hint) in enumerate(steps, 1)
    ]
    tables.table([_("步骤"), _("做什么"), _("怎么做"), _("情况")], lines)
    blank_ledgers()
    st.caption(_("想先看看是什么样：用 make demo 打开虚构的示例镇，它有自己的数据目录，与真实数据互不相干。"))


def blank_ledgers() -> None:
    """Offer the blank ledgers and the register, for villages that have no form of their own."""
    st.download_button(
        _("下载空白台账和村居名册"), archive_of_blank_ledgers, _("空白台账.zip"), "application/zip", key="blank", on_click="ignore"
    )


def archive_of_blank_ledgers() -> bytes:
    """Return the blank workbooks as one ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in blank_forms.workbooks():
            archive.writestr(name, content)
    return stream.getvalue()


def _linked(user: User, page: str, text: str) -> str:
    if not rights.may(user, "pages", page):
        return html.escape(text)
    return f'<a href="{page}" target="_self">{html.escape(text)}</a>'
