"""The words of accounts: roles, scopes by the villages' names, days. No streamlit but for what the reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from locales import _
from pages.access import User
from pages.data.queries import Figures, published, reader_of
from pages.text import formatting
from warehouse import row_access
from warehouse.builds import repository

MOST = 3  # villages of a scope before the rest are counted


def role_name(role: str) -> str:
    """The field's name of a role."""
    names = {"leader": _("镇领导"), "centre": _("未成年人救助保护中心"), "reviewer": _("县级考核"), "admin": _("管理员")}
    return (names | {"village": _("村（社区）")}).get(role, role)


def scope_name(scope: Sequence[str], places: dict[str, str]) -> str:
    """A scope by the names of its villages; codes that no village of the register has stay codes."""
    if row_access.is_whole(scope):
        return _("全镇")
    if not scope:
        return _("没有（什么也看不到）")
    named = [places.get(code, code) for code in scope]
    more = _(" 等 {count} 个").format(count=len(named)) if len(named) > MOST else ""
    return formatting.joined(named[:MOST]) + more


def villages(user: User) -> dict[str, str]:
    """Names of the register's villages by code; none before the first build."""
    try:
        build = published()
    except repository.NothingPublished:
        return {}
    figures = Figures(build.id, reader_of(user), dt.date.fromisoformat(build.facts["as_of"]))
    return {row["village_id"]: row["name"] for row in figures.villages()}


def day(seconds: int) -> str:
    """The day, by the town's clock, of a moment in seconds since 1970."""
    return formatting.moment(dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat())[:10]
