"""Accounts and rights: who may sign in, as what and for which villages; the table of what each role may."""

import datetime as dt
import html
import math
import time
from functools import partial

import streamlit as st

from locales import _
from pages import access
from pages.access import rights
from pages.access.accounts import accounts, attempts
from pages.access.openid import provider
from pages.admin_panel import account_forms
from pages.components import actor, chart_blocks, page_frame, record_columns, tables
from pages.text import formatting, labels
from warehouse.audit import trail
from warehouse.settings import local_time, validation
from warehouse.storage import build_files
from warehouse.storage.csv_injection import as_csv

IDLE = 90  # days without a sign-in after which an account is marked


def rights_table() -> None:
    """Show the table in words, one column for each role, and its file to readers who may export it."""
    names = dict(zip(access.ROLES, (_("镇领导"), _("保护中心"), _("县级考核"), _("管理员"), _("村（社区）")), strict=True))
    rows = [
        {_("类别"): labels.word("right", kind), _("内容"): labels.field_name(thing) if kind == "unmask" else labels.word(kind, thing)}
        | {names[role]: "✓" if role in roles else "" for role in access.ROLES}
        | {_("只限全镇账号"): "✓" if (kind, thing) in rights.listed("whole") else ""}
        for kind, things in rights.table().items()
        for thing, roles in things.items()
    ]

    def export() -> bytes:
        actor.recorder(user)(build_files.home(), "export", {"form": "rights_csv"})
        return as_csv(rows)

    for kind in map(partial(labels.word, "right"), rights.KINDS):
        chart_blocks.section_heading(_("权限：{kind}").format(kind=kind), _("程序按这张表执行；没有写的一律不允许"))
        lines = [list(row.values())[1:] for row in rows if row[_("类别")] == kind]
        tables.table(list(rows[0])[1:], lines)
    if rights.may(user, "exports", "rights_csv"):
        st.download_button(_("下载权限表"), actor.require_right(user, "rights_csv", export), _("权限表.csv"), "text/csv", key="rights_csv")


user = page_frame.require_page("admin")
places = account_forms.villages(user)
every_account = accounts.every()
open_accounts = [account for account in every_account if not account.is_disabled]

st.title(_("账号与权限"), anchor=False)
counts = {role: sum(account.role == role for account in open_accounts) for role in access.ROLES}
roles = formatting.join_names(
    [_("{role} {count} 个").format(role=labels.role_name(role), count=count) for role, count in counts.items() if count]
)
page_frame.lead(_("在用账号 {count} 个：{said}。").format(count=len(open_accounts), said=roles))
with page_frame.refusals(validation.WrongSetting):
    if by := provider.read(build_files.home()):
        passwords = _("本地账号照常用密码登录") if by.local_accounts else _("密码只能由管理员在服务器本机上使用")
        st.caption(formatting.escape_markdown(_("统一登录：{issuer}；{passwords}。").format(issuer=by.issuer, passwords=passwords)))
page_frame.flash_message()
account_forms.new_password()

chart_blocks.section_heading(_("现有账号"), _("停用的账号保留名字，操作记录里仍能对上人"))
last = {entry["who"]: entry["at"] for entry in trail.entries(build_files.home(), act="sign_in")}
idle_since = local_time.day_begins(build_files.home(), IDLE)


def signed_in(account: accounts.Account) -> str:
    """Return the day of an account's last sign-in; what nobody has used for long is marked, because it could be closed."""
    at = last.get(account.name, "")
    day = formatting.moment(at)[:10] if at else _("从未")
    created = dt.datetime.fromtimestamp(account.created_at, dt.UTC).isoformat()
    return day if account.is_disabled or max(at, created) >= idle_since else _("{day} ● 超过 {days} 天").format(day=day, days=IDLE)


locked = attempts.locked(time.time())


def state(account: accounts.Account) -> str:
    """Return whether an account is open, how its holder signs in, and whether wrong passwords keep the next try waiting."""
    if account.is_disabled:
        return _("已停用")
    says = [_("● 在用"), *([_("统一登录")] if account.subject else [])]
    if wait := locked.get(accounts.key(account.name)):
        says.append(_("密码连错，{minutes} 分钟内不能再试").format(minutes=math.ceil(wait / 60)))
    return formatting.join_names(says)


cells = {
    "signed_in": signed_in,
    "scope": lambda account: html.escape(formatting.scope_name(account.scope, places)),
    "state": state,
    "created": lambda account: formatting.day_of(account.created_at),
}
by_role = sorted(every_account, key=lambda account: (account.is_disabled, access.ROLES.index(account.role), account.name))
tables.rows_table(by_role, record_columns.listed("lists", "accounts", **cells))
if rights.may(user, "actions", "change_accounts"):
    account_forms.add_form(user, places)
    account_forms.change_forms(user, places, every_account)
rights_table()
