"""Accounts and rights: who may sign in, as what and for which villages; the table of what each role may."""

import html

import streamlit as st

from locales import _
from pages import access
from pages.access.accounts import accounts
from pages.admin_panel import account_forms, rights_table
from pages.components import chart_blocks, page_frame, tables
from pages.text import formatting, labels

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
page_frame.flash_message()
account_forms.new_password()

chart_blocks.section_heading(_("现有账号"), _("停用的账号保留名字，操作记录里仍能对上人"))
lines = [
    [
        html.escape(account.name),
        html.escape(labels.role_name(account.role)),
        html.escape(formatting.scope_name(account.scope, places)),
        _("已停用") if account.is_disabled else _("● 在用"),
        formatting.day_of(account.created_at),
    ]
    for account in sorted(every_account, key=lambda account: (account.is_disabled, access.ROLES.index(account.role), account.name))
]
tables.table([_("账号"), _("角色"), _("范围"), _("状态"), _("建立")], lines)
if page_frame.rights.may(user, "actions", "change_accounts"):
    account_forms.add_form(user, places)
    account_forms.change_forms(user, places, open_accounts)
rights_table.rights_table(user)
