"""The table of rights as the admin page shows and exports it."""

from __future__ import annotations

import streamlit as st

from locales import _
from pages import access
from pages.access import User, rights
from pages.components import actor, chart_blocks, tables
from pages.text import labels
from warehouse.storage import build_files
from warehouse.storage.csv_injection import as_csv


def kind_name(kind: str) -> str:
    """Name a part of the table."""
    return {"pages": _("页面"), "actions": _("操作"), "exports": _("导出"), "unmask": _("查看原文（逐个儿童，须写原因）")}[kind]


def rights_rows() -> list[dict[str, str]]:
    """Return the table in words, one column for each role."""
    names = dict(zip(access.ROLES, (_("镇领导"), _("保护中心"), _("县级考核"), _("管理员"), _("村（社区）")), strict=True))
    return [
        {_("类别"): kind_name(kind), _("内容"): labels.field_name(thing) if kind == "unmask" else labels.word(kind, thing)}
        | {names[role]: "✓" if role in roles else "" for role in access.ROLES}
        | {_("只限全镇账号"): "✓" if (kind, thing) in rights.for_the_whole() else ""}
        for kind, things in rights.table().items()
        for thing, roles in things.items()
    ]


def rights_table(user: User) -> None:
    """Show the table, and its file to readers who may export it."""
    rows = rights_rows()

    def export() -> bytes:
        actor.recorder(user)(build_files.home(), "export", {"form": "rights_csv"})
        return as_csv(rows)

    for kind in map(kind_name, rights.KINDS):
        chart_blocks.section_heading(_("权限：{kind}").format(kind=kind), _("程序按这张表执行；没有写的一律不允许"))
        lines = [list(row.values())[1:] for row in rows if row[_("类别")] == kind]
        tables.table(list(rows[0])[1:], lines)
    if rights.may(user, "exports", "rights_csv"):
        st.download_button(_("下载权限表"), actor.require_right(user, "rights_csv", export), _("权限表.csv"), "text/csv", key="rights_csv")
