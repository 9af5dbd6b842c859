"""A plain sentence for each goal: what came of it, or what is still needed and how much a month."""

import datetime as dt
import math

from locales import _
from pages.data import indicator_status
from pages.data.queries import Figures
from pages.text import labels
from pages.text.masked_count import is_hidden
from warehouse.metrics import registry

_MONTH = 30.44  # days, the mean of a year's months


def count_text(indicator: str, count: int) -> str:
    """Return a number of what the indicator counts: 3 人, 2 件."""
    return labels.word("goal_unit", registry.shares()[indicator].unit).format(count=count)


def short(row: dict) -> int:
    """Return how many more the numerator needs to reach the target: ceil(target × denominator) − numerator, never below 0."""
    return max(0, math.ceil(round(row["target"] * row["denominator"], 9)) - row["numerator"])


def rows(figures: Figures, village_id: str | None = None, by: str = "") -> list[dict]:
    """Return goals as on_the_day gives them, the newest year first: of a place, or of all villages (`by`) but those not there yet."""
    group = by or ("village" if village_id else "town")
    nothing = {} if indicator_status.has_children(figures) else {"numerator": 0, "denominator": 0, "actual": None}
    now = {(row.get("village_id"), row["indicator"]): row | nothing for row in figures.ask("indicators", group)}
    goals = [row for row in figures.ask("goals", group) if village_id is None or row["village_id"] == village_id]
    pairs = ((row, now.get((row.get("village_id"), row["indicator"]), {})) for row in goals)
    judged = [on_the_day(row, figures_now, figures.day) for row, figures_now in pairs if figures_now or row["as_of"] <= figures.day]
    return sorted(judged, key=lambda row: -row["goal_year"])


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
    due = registry.shares()[row["indicator"]].due_from or f"{row['goal_on']:%m-%d}"
    left, count = (dt.date.fromisoformat(f"{row['goal_on'].year}-{due}") - row["as_of"]).days, count_text(row["indicator"], lacking)
    if left < 0:
        return _("还差 {count}；期限 {day} 已过，补不上了。").format(count=count, day=due)
    sentence = _("还差 {count}，还有 {left} 天。").format(count=count, left=left)
    days, says = (_MONTH, _("平均每月至少 {pace}。")) if left > _MONTH else (1, _("平均每天至少 {pace}。"))
    pace = math.ceil(lacking * days / max(left, 1))
    return sentence + (says.format(pace=count_text(row["indicator"], pace)) if lacking * days >= left else "")
