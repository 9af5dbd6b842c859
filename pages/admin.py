"""Accounts and rights: who may come in, as what and for which villages; the table of what each role may."""

import html

import streamlit as st

from locales import _
from pages import access
from pages.access import accounts
from pages.parts import accounts_forms, accounts_words, frame, rights_list, show, words

user = frame.allowed("admin")
places = accounts_words.villages(user)
known = accounts.every()
open_ones = [account for account in known if not account.is_disabled]

st.title(_("账号与权限"), anchor=False)
counts = {role: sum(account.role == role for account in open_ones) for role in access.ROLES}
said = words.joined(
    [_("{role} {count} 个").format(role=accounts_words.role_name(role), count=count) for role, count in counts.items() if count]
)
told = _("在用账号 {count} 个：{said}。").format(count=len(open_ones), said=said)
st.html(f'<p class="lead">{html.escape(told)}</p>')
show.told()
accounts_forms.shown_once()

show.titled(_("现有账号"), _("停用的账号保留名字，操作记录里仍能对上人"))
lines = [
    [
        html.escape(account.name),
        html.escape(accounts_words.role_name(account.role)),
        html.escape(accounts_words.scope_name(account.scope, places)),
        _("已停用") if account.is_disabled else _("● 在用"),
        accounts_words.day(account.created_at),
    ]
    for account in sorted(known, key=lambda account: (account.is_disabled, access.ROLES.index(account.role), account.name))
]
frame.table([_("账号"), _("角色"), _("范围"), _("状态"), _("建立")], lines)
if frame.rights.may(user, "actions", "change_accounts"):
    accounts_forms.new(user, places)
    accounts_forms.change(user, places, open_ones)
rights_list.rights_table(user)
