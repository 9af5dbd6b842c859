"""What a person is asked before a load is published (etl/staged_questions.py), in the words of load_questions.toml."""

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from locales import _, either
from warehouse.metrics import registry

Row = dict[str, Any]
MOST_GOALS = 3
SENTENCES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def sentence(question: Row, ledger: str) -> str:
    """Return a question in the reader's language; `ledger` is the name of its kind of ledger."""
    rows, names = question["rows"] or [0, 0], question["names"] or [""]
    facts = {name: question[name] for name in ("village", "then", "now")}
    facts |= {name: _("、").join(question[name]) for name in ("names", "others")}
    subject = _("{village}的{ledger}").format(village=question["village"], ledger=ledger) if question["village"] else ledger
    facts |= {"subject": subject, "count": len(names), "first": names[0], "last": names[-1], "rows_then": rows[0], "rows_now": rows[1]}
    return either(*SENTENCES[question["code"]]).format(**facts)


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
