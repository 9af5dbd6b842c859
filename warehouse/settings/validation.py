"""Judges settings.toml and goals.toml as a whole; what is wrong is refused in one sentence: place, fact, remedy.

The program's own file says which sections and names there are; value_types.py says which values a name takes.
"""

from __future__ import annotations

from typing import Any

from locales import Refusal, _
from warehouse.settings.value_types import RULES, YEARS, is_year, quoted

BY_YEAR = ("illness_cost", "spring_festival")  # sections whose names are years
GOAL = ("goal_year", "indicator", "as_of", "target", "weight", "plan")


class WrongSetting(Refusal, ValueError):
    """A file of settings cannot be used."""

    def __init__(self, place: str, says: str) -> None:
        super().__init__(_("{place}：{says}").format(place=place, says=says))


def check_settings(file: str, values: dict[str, Any], program: dict[str, Any]) -> None:
    """Refuse a section or name that the program's own settings lack, and a value of the wrong kind.

    Raises WrongSetting for the first one in the order of the file.
    """
    for name, value in values.items():
        _check_known(f"{file} {quoted(name)}", name, program)
        if isinstance(program[name], dict):
            _check_section(f"{file} [{name}]", name, value, program[name])
        else:
            _check_value(f"{file} {name}", name, name, value)


def _check_section(place: str, section: str, values: object, program: dict[str, Any]) -> None:
    if not isinstance(values, dict):
        raise WrongSetting(place, _("应是一节，请另起一行写 [{name}]，下面每行一项").format(name=section))
    for name, value in values.items():
        inner = f"{place} {quoted(name)}"
        if section not in BY_YEAR:
            _check_known(inner, name, program)
        elif name not in program and not is_year(name):
            says = _("“{name}”不是年份，请写成 2024 这样的四位数字（{first} 到 {last}）")
            raise WrongSetting(inner, says.format(name=quoted(name), first=YEARS[0], last=YEARS[-1]))
        _check_value(inner, section if section in BY_YEAR else name, name, value)


def _check_known(place: str, name: str, names: dict[str, Any]) -> None:
    if name not in names:
        raise WrongSetting(place, _("没有这一项，可用的有：{known}").format(known="、".join(names)))


def _check_value(place: str, rule: str, name: str, value: object) -> None:
    says = RULES[rule](name, value)
    if says:
        raise WrongSetting(place, says)


def check_goals(file: str, values: dict[str, Any]) -> None:
    """Refuse a goal that lacks something or holds what cannot be, and goals that do not fit together.

    Raises WrongSetting for the first one in the order of the file.
    """
    for name in values:
        _check_known(f"{file} {quoted(name)}", name, {"goals": []})
    goals = values.get("goals")
    if not isinstance(goals, list) or not goals or not all(isinstance(goal, dict) for goal in goals):
        raise WrongSetting(f"{file} goals", _("应是一组目标，请照 warehouse/settings/goals.toml 每行写一项"))
    places = [_("{file} 第 {no} 项").format(file=file, no=no) for no in range(1, len(goals) + 1)]
    for place, goal in zip(places, goals, strict=True):
        _check_goal(place, goal)
    for at, place in enumerate(places):
        _check_beside(place, goals[at], goals[:at])
    _check_weights(file, goals)


def _check_goal(place: str, goal: dict[str, Any]) -> None:
    for name in goal:
        _check_known(f"{place} {quoted(name)}", name, dict.fromkeys(GOAL))
    for name in GOAL:
        if name not in goal:
            raise WrongSetting(place, _("缺少 {name}，请补上").format(name=name))
        _check_value(f"{place} {name}", name, name, goal[name])
    if goal["as_of"].year != goal["goal_year"]:
        says = _("“{day}”不在目标年 {year} 年，请改正其中一个")
        raise WrongSetting(f"{place} as_of", says.format(day=goal["as_of"], year=goal["goal_year"]))


def _check_beside(place: str, goal: dict[str, Any], before: list[dict[str, Any]]) -> None:
    """Refuse an indicator named twice in a year, and a second day: a year's score is one figure of one day."""
    year, name = goal["goal_year"], goal["indicator"]
    for other in (other for other in before if other["goal_year"] == year):
        if other["indicator"] == name:
            raise WrongSetting(f"{place} indicator", _("{year} 年的“{name}”写了两次，请只留一次").format(year=year, name=name))
        if other["as_of"] != goal["as_of"]:
            says = _("{year} 年有两个目标日（{first} 和 {second}），请写成同一天")
            raise WrongSetting(f"{place} as_of", says.format(year=year, first=other["as_of"], second=goal["as_of"]))


def _check_weights(file: str, goals: list[dict[str, Any]]) -> None:
    """Refuse a year without any weight: it would have no score."""
    for year in dict.fromkeys(goal["goal_year"] for goal in goals):
        if not any(goal["weight"] for goal in goals if goal["goal_year"] == year):
            says = _("{year} 年各项的权重都是 0，请至少给一项大于 0 的权重")
            raise WrongSetting(f"{file} weight", says.format(year=year))
