"""What a person is asked before a load is published, in words. A question (etl/staged_questions.py) holds codes, names and counts."""

from collections import defaultdict
from typing import Any

from locales import _
from warehouse.metrics import registry

Row = dict[str, Any]
MOST_GOALS = 3


def sentence(question: Row, ledger: str) -> str:
    """Return a question in the reader's language; `ledger` is the name of its kind of ledger."""
    rows, names = question["rows"] or [0, 0], question["names"] or [""]
    facts = {name: question[name] for name in ("village", "then", "now")}
    facts |= {name: _("、").join(question[name]) for name in ("names", "others")}
    subject = _("{village}的{ledger}").format(village=question["village"], ledger=ledger) if question["village"] else ledger
    facts |= {"subject": subject, "count": len(names), "first": names[0], "last": names[-1], "rows_then": rows[0], "rows_now": rows[1]}
    return _sentences()[question["code"]].format(**facts)


def _sentences() -> dict[str, str]:
    return {
        "past_moves": _("这次载入会改动目标日已过的年度目标的完成情况。确实要改以前的账吗？"),
        "villages_added": _("村居名册多了 {count} 个村（社区）：{names}。是这样吗？"),
        "villages_removed": _("村居名册少了 {count} 个村（社区）：{names}。是这样吗？"),
        "villages_renamed": _("村（社区）改了名：{names}。是这样吗？"),
        "boundaries_changed": _("{names}的边界有改动。是这样吗？"),
        "file_replaced": _("“{first}”当作“{last}”的改正版，会把它替换掉。是这样吗？"),
        "files_repeated": _("{count} 个文件以前已载入，内容相同，这次不再重复：{names}。是不是传错了文件？"),
        "day_older": _("{subject}（{names}）的填报时间是 {now}，比已载入的 {then} 早，不会当作最新的情况。是补报以前的吗？"),
        "columns_absent": _("{subject}：{then} 填有“{names}”，{now} 的没有这些列。是这样吗？"),
        "columns_unknown": _("{subject}：{then} 填有“{names}”，{now} 的没有这些列，却有没认出的列“{others}”。是换了表头吗？"),
        "columns_empty": _("{subject}：{then} 填有“{names}”，{now} 的这些列整列空着。是这样吗？"),
        "rows_fewer": _("{subject}：{then} 有 {rows_then} 行，{now} 的只有 {rows_now} 行。是不是漏了一部分？"),
        "number_differs": _(
            "{village}有 {count} 名儿童（{names}）与以前台账里的一名姓名、出生日期或家庭相同，证件号不同，会算作两名。是更正了证件号吗？"
            "是的话，把以前那份台账里的号码也改正，一并再载入。"
        ),
    }


def effect(question: Row) -> str:
    """Return what the whole load moves in the village of a question, or in the town: figures by day, then goals of days gone by."""
    if question["code"] == "files_repeated":  # they move nothing
        return ""
    titles, shares = registry.load_titles(), registry.shares()
    days: dict[str, list[str]] = defaultdict(list)
    for row in question["effects"]:
        days[row["day"]].append(f"{titles[row['figure']]} {_count(row['before'])} → {_count(row['after'])}")
    lines = [_("截至 {day}：{figures}").format(day=day, figures=_("、").join(texts)) for day, texts in days.items()]
    goals = [
        _("{year} 年“{indicator}” {before} → {after}").format(
            year=row["goal_year"],
            indicator=shares[row["indicator"]].title,
            **{name: "/".join(map(_count, row[name])) for name in ("before", "after")},
        )
        for row in question["past"]
    ]
    if goals:
        more = _("等 {count} 项").format(count=len(goals)) if len(goals) > MOST_GOALS else ""
        lines.append(_("改动以前的账：{goals}").format(goals=_("、").join(goals[:MOST_GOALS]) + more))
    return _("；").join(lines) or _("主要指标和以前的账都不变")


def _count(number: float | None) -> str:
    return "—" if number is None else f"{number:g}"
