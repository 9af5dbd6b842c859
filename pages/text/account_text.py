"""Accounts in words: roles, scopes by the names of their villages, days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from locales import _
from pages.text import formatting, labels
from warehouse import row_access

MOST = 3  # villages of a scope before the rest are counted


def role_name(role: str) -> str:
    """Return the field's name of a role."""
    return labels.word("role", role)


def scope_name(scope: Sequence[str], places: dict[str, str]) -> str:
    """Name a scope by its villages. A code that no village of the register has stays a code."""
    if row_access.is_whole(scope):
        return _("全镇")
    if not scope:
        return _("没有（什么也看不到）")
    names = [places.get(code, code) for code in scope]
    more = _(" 等 {count} 个").format(count=len(names)) if len(names) > MOST else ""
    return formatting.join_names(names[:MOST]) + more


def day(seconds: int) -> str:
    """Return the day, by the town's clock, of a moment in seconds since 1970."""
    return formatting.moment(dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat())[:10]
