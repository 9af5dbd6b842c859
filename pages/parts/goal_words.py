"""A plain sentence per goal: what came of it, or what is still needed and how much a month."""

from __future__ import annotations

import datetime as dt
import math

from locales import _
from pages.parts import words

_MONTH = 30.44  # days, the mean of a year's months
# What one more of the numerator is, by indicator; every other one counts children.
_UNITS = {
    "ledgers_complete_share": "ledgers",
    "field_complete_share": "cells",
    "card_share": "helpers",
    "training_share": "helpers",
    "annual_update_share": "villages",
    "needs_resolved_share": "needs",
    "care_share": "care",
}


def counted(indicator: str, count: int) -> str:
    """A number of what the indicator counts: 3 人, 2 件."""
    return {
        "children": _("{count} 名儿童"),
        "ledgers": _("{count} 份（村 × 类别）"),
        "cells": _("{count} 项"),
        "helpers": _("{count} 名帮扶人"),
        "villages": _("{count} 个村（社区）"),
        "needs": _("{count} 件困难"),
        "care": _("{count} 人次慰问"),
    }[_UNITS.get(indicator, "children")].format(count=count)


def short(row: dict) -> int:
    """How many more the numerator needs to reach the target: ceil(target × denominator) − numerator, never below 0."""
    return max(0, math.ceil(round(row["target"] * row["denominator"], 9)) - row["numerator"])


def final(row: dict, state: words.Status) -> str:
    """What came of a goal whose day has passed."""
    if not row["denominator"]:
        return _("没有可计算的对象。")
    if state.code == "met":
        return _("达到目标。")
    return _("差 {count} 没有达到目标。").format(count=counted(row["indicator"], short(row)))


def needed(row: dict, day: dt.date, goal_day: dt.date) -> str:
    """What a goal still to come needs from `day` on, in all and a month."""
    if not row["denominator"]:
        return _("没有可计算的对象。")
    lacking = short(row)
    if not lacking:
        return _("已达到目标，保持到目标日即可。")
    months = max((goal_day - day).days / _MONTH, 1 / _MONTH)
    pace = lacking / months
    shown = f"{pace:.1f}" if pace < 10 else f"{pace:.0f}"
    return _("还差 {count}，每月需要 {pace}。").format(count=counted(row["indicator"], lacking), pace=shown)
