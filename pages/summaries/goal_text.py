"""A plain sentence for each goal: what came of it, or what is still needed and how much a month."""

import datetime as dt
import math

from locales import _
from pages.data import indicator_status
from pages.text import labels
from pages.text.masked_count import is_hidden

_MONTH = 30.44  # days, the mean of a year's months
# What the numerator counts, by indicator; every other one counts children.
_UNITS = {
    "ledgers_complete_share": "ledgers",
    "field_complete_share": "cells",
    "card_share": "helpers",
    "training_share": "helpers",
    "annual_update_share": "villages",
    "needs_resolved_share": "needs",
    "care_share": "care",
}


def count_text(indicator: str, count: int) -> str:
    """Return a number of what the indicator counts: 3 人, 2 件."""
    return labels.word("goal_unit", _UNITS.get(indicator, "children")).format(count=count)


def short(row: dict) -> int:
    """Return how many more the numerator needs to reach the target: ceil(target × denominator) − numerator, never below 0."""
    return max(0, math.ceil(round(row["target"] * row["denominator"], 9)) - row["numerator"])


def on_the_day(goal: dict, now: dict, day: dt.date) -> dict:
    """Return a goal with `goal_on` beside it; one still to come has the figures and the status of `day` in place of its own."""
    if goal["as_of"] <= day:
        return goal | {"goal_on": goal["as_of"]}
    figures = {name: now[name] for name in ("numerator", "denominator", "actual")}
    state = indicator_status.judge(goal["indicator"], now["numerator"], now["denominator"], goal["target"], day).status
    return goal | figures | {"goal_on": goal["as_of"], "as_of": day, "status": state.code}


def outcome(row: dict) -> str:
    """Return a plain sentence for a goal as `on_the_day` gives it."""
    if is_hidden(row["denominator"]):
        return _("这一年的台账还没有报来。")
    if not row["denominator"]:
        return _("没有可计算的对象。")
    if row["as_of"] == row["goal_on"]:
        if row["status"] == "met":
            return _("达到目标。")
        return _("差 {count}，没有达到目标。").format(count=count_text(row["indicator"], short(row)))
    lacking = short(row)
    if not lacking:
        return _("已达到目标，保持到目标日即可。")
    pace = lacking / max((row["goal_on"] - row["as_of"]).days / _MONTH, 1 / _MONTH)
    return _("还差 {count}，每月需要 {pace}。").format(
        count=count_text(row["indicator"], lacking), pace=f"{pace:.1f}" if pace < 10 else f"{pace:.0f}"
    )
