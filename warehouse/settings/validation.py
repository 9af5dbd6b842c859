"""Judges settings.toml and goals.toml as a whole, by names of the program's own and RULES; what is wrong is refused in one sentence."""

import datetime as dt
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from locales import N_, Refusal, _
from warehouse.sql import compose

MODES = ("in_person", "at_school", "phone", "video", "unknown")  # of a visit, in the order they are listed
LOOKING_ON = ("leader", "reviewer")  # roles whose pages may withhold small counts; the others work with the children themselves
YEARS = range(2000, 2100)
_MOST_SHOWN = 40
LONGEST_LINE = 40  # letters of a line in a document
_MOST_YUAN = 10_000_000
BY_YEAR = ("illness_cost", "spring_festival")  # sections whose names are years
_SITE = re.compile(r"(https:/{2}[^\s/?#@]+|http:/{2}(127\.0\.0\.1|localhost)(:\d+)?)(/[^\s?#]*)?")  # by HTTPS, or on this machine
CLAIMS = ("roles", "villages")  # sections of sign_in.toml, whose names are the provider's own
GOAL = ("goal_year", "indicator", "as_of", "target", "weight", "plan")
Check = Callable[[str, object], str | None]  # of a name and its value: what is wrong, None where nothing is


class WrongSetting(Refusal, ValueError):
    """A file of settings cannot be used."""

    def __init__(self, place: str, says: str) -> None:
        super().__init__(_("{place}：{says}").format(place=place, says=says))


def check_settings(file: str, values: dict[str, Any], program: dict[str, Any]) -> None:
    """Refuse a section or name that the program's own settings lack, and a value of the wrong kind."""
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
        if section not in BY_YEAR + CLAIMS:
            _check_known(inner, name, program)
        elif section in BY_YEAR and name not in program and not (re.fullmatch(r"[0-9]{4}", name) and int(name) in YEARS):
            says = _("“{name}”不是年份，请写成 2024 这样的四位数字（{first} 到 {last}）")
            raise WrongSetting(inner, says.format(name=quoted(name), first=YEARS[0], last=YEARS[-1]))
        _check_value(inner, section if section in BY_YEAR + CLAIMS else name, name, value)


def _check_known(place: str, name: str, names: dict[str, Any]) -> None:
    if name not in names:
        raise WrongSetting(place, _("没有这一项，可用的有：{known}").format(known="、".join(names)))


def _check_value(place: str, rule: str, name: str, value: object) -> None:
    says = RULES[rule](name, value)
    if says:
        raise WrongSetting(place, says)


def check_goals(file: str, values: dict[str, Any]) -> None:
    """Refuse a goal that lacks something or holds what cannot be, and goals that do not fit together."""
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
    for year in dict.fromkeys(goal["goal_year"] for goal in goals):
        if not any(goal["weight"] for goal in goals if goal["goal_year"] == year):  # it would have no score
            says = _("{year} 年各项的权重都是 0，请至少给一项大于 0 的权重")
            raise WrongSetting(f"{file} weight", says.format(year=year))


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


@cache
def indicators() -> tuple[str, ...]:
    """The indicators that goals may name: those that sql/metrics/indicators.sql tells."""
    return tuple(re.findall(r"'(\w+)' as indicator", compose.body("indicators" + compose.FIGURES)))


def quoted(value: object) -> str:
    """Return a value as the file writes it, long ones cut."""
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (bool, float, list, dict)) else str(value)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _rule(is_right: Callable[[Any], bool], says: str, **facts: object) -> Check:
    """Return the check of a value by one test, and the sentence where it fails."""
    return lambda _name, value: None if is_right(value) else _(says).format(value=quoted(value), **facts)


def _whole(least: int, most: int) -> Check:
    """Whole numbers between two bounds; true and false are none."""
    says = N_("“{value}”不是 {least} 到 {most} 的整数，请写成不加引号的数字")
    return _rule(lambda value: type(value) is int and least <= value <= most, says, least=least, most=most)


def _several(names: tuple[str, ...], least: int, no_list: str, no_such: str, example: str) -> Check:
    """Names out of some, each once: a mode of visit that stood twice would count a visit twice."""

    def check(_name: str, value: object) -> str | None:
        if not isinstance(value, list) or len(value) < least:
            return _(no_list).format(value=quoted(value), example=example)
        for at, name in enumerate(value):
            if name not in names:
                return _(no_such).format(name=quoted(name), known="、".join(names))
            if name in value[:at]:
                return _("“{name}”写了两次，请只留一次").format(name=name)
        return None

    return check


def _is_month_day(value: object) -> bool:
    """Whether it is a day that every year has, 06-15, or a month's last, 02-last."""
    parts = re.fullmatch(r"([0-9]{2})-([0-9]{2}|last)", value) if isinstance(value, str) else None
    try:
        return bool(parts and dt.date(2001, int(parts[1]), 1 if parts[2] == "last" else int(parts[2])))
    except ValueError:
        return False


def _is_zone(value: object) -> bool:
    try:
        return bool(ZoneInfo(value if isinstance(value, str) and value else "/"))
    except (ValueError, OSError, LookupError):  # no such name, a folder of the database, or a path
        return False


def _is_line(value: object) -> bool:
    """Whether it is a text that stands on one line of a document, as a name of an office does."""
    return isinstance(value, str) and len(value) <= LONGEST_LINE and value.isprintable()


def _festival(year: str, value: object) -> str | None:
    says = _day(year, value)
    if says or (isinstance(value, dt.date) and value.year == int(year)):
        return says
    return _("“{value}”不在 {year} 年，请写这一年的春节").format(value=quoted(value), year=year)


def _indicator(_name: str, value: object) -> str | None:
    names = indicators()
    return None if value in names else _("没有名为“{value}”的指标，可用的有：{known}").format(value=quoted(value), known="、".join(names))


def _place(says: str) -> Check:
    """An absolute path, or none."""
    return _rule(lambda value: isinstance(value, str) and (not value or Path(value).is_absolute()), says)


_day = _rule(lambda value: type(value) is dt.date, N_("“{value}”不是日期，请写成 2025-12-31 这样的形式（不加引号）"))
_month_day = _rule(_is_month_day, N_("“{value}”不是日期，请写成 06-15 这样的形式（月末写成 02-last）"))
_switch = _rule(lambda value: isinstance(value, bool), N_("“{value}”不是 true 或 false，请写其中一个（不加引号）"))
_no_yuan = N_("“{value}”不是 1 到 {most} 元的金额，请写成 16000 这样的数字（不加引号）")
_no_target = N_("“{value}”不是大于 0、不超过 1 的目标，请写成 0.95 这样的小数")
_no_plan = N_('“{value}”不是方案条款，请写成 "3.1.4" 这样的文字')
_no_roles, _no_such_role = N_("“{value}”不是一组角色，请写成 {example}"), N_("没有名为“{name}”的角色，可用的有：{known}")
_no_code = N_('“{value}”不是 9 位区划代码，请写成 "510123101" 这样的文字；不写就写 ""')
_no_folder = N_('“{value}”不是文件夹的完整路径，请写成 "/srv/anchors" 这样的文字；不用就写 ""')
_no_file = N_('“{value}”不是文件的完整路径，请写成 "/srv/keys/backup.key" 这样的文字；不用就写 ""')
_no_site = N_("“{value}”不是网址，请写成 https 开头的完整地址，不带问号和井号（本机可以用 http）")
_text = _rule(lambda value: isinstance(value, str) and bool(value.strip()), N_("“{value}”不是文字，请写在引号里"))
_no_texts = N_('“{value}”不是一组文字，请写成 ["openid", "profile"]，其中要有 openid')
_no_modes, _no_such_mode = N_("“{value}”不是一组走访方式，请写成 {example}"), N_("没有名为“{name}”的走访方式，可用的有：{known}")
_grace = _whole(0, 90)  # a longer one would end the year after
RULES: dict[str, Check] = {
    "keep_builds": _whole(1, 1000),
    "overloaded_above": _whole(1, 100),
    "small_count": _whole(0, 100),
    "public_threshold_town": _whole(0, 100),
    "withhold_for": _several(LOOKING_ON, 0, _no_roles, _no_such_role, '["reviewer"]'),
    "report_period": _rule(
        lambda value: value in ("month", "quarter"), N_('“{value}”不是报送周期，请写 "quarter"（季度）或 "month"（月）')
    ),
    "report_grace_days": _whole(0, 90),
    "time_zone": _rule(_is_zone, N_('“{value}”不是时区，请写成 "Asia/Shanghai" 这样的文字')),
    **dict.fromkeys(
        ("town_name", "document_number", "document_to", "document_from"),
        _rule(_is_line, N_("“{value}”太长或有换行，请写一行，不超过 {most} 个字"), most=LONGEST_LINE),
    ),
    "town_code": _rule(lambda value: isinstance(value, str) and bool(re.fullmatch(r"([0-9]{9})?", value)), _no_code),
    **dict.fromkeys(("anchor_folder", "backup_folder"), _place(_no_folder)),
    "backup_key_file": _place(_no_file),
    "backup_hour": _whole(0, 23),
    "backup_days": _whole(0, 400),
    "backup_weeks": _whole(0, 100),
    "backup_months": _whole(0, 100),
    "keep_originals": _switch,
    "keep_upload_days": _whole(1, 30),
    "deidentify_after_years": _whole(1, 100),
    "illness_cost": _rule(lambda value: type(value) in (int, float) and 1 <= value <= _MOST_YUAN, _no_yuan, most=_MOST_YUAN),
    "level_3_mental": _switch,
    "counted_modes": _several(MODES, 1, _no_modes, _no_such_mode, '["in_person", "at_school"]'),
    "childrens_day": _month_day,
    "summer_holiday": _month_day,
    "winter_holiday": _month_day,
    "spring_festival_grace_days": _grace,
    "birthday_grace_days": _grace,
    "spring_festival": _festival,
    **dict.fromkeys(("client_id", "account_claim", "role_claim", *CLAIMS), _text),
    **dict.fromkeys(("issuer", "address"), _rule(lambda value: value == "" or bool(_SITE.fullmatch(str(value))), _no_site)),
    "scopes": _rule(lambda value: isinstance(value, list) and "openid" in value and all(type(each) is str for each in value), _no_texts),
    "prompt": _rule(lambda value: value in ("", "login", "select_account"), N_('“{value}”不能用，请写 "login"、"select_account" 或 ""')),
    "ca_file": _place(_no_file),
    "villages_claim": _rule(lambda value: isinstance(value, str), N_("“{value}”不是文字，请写在引号里")),
    "local_accounts": _switch,
    "goal_year": _whole(YEARS[0], YEARS[-1]),
    "indicator": _indicator,
    "as_of": _day,
    "target": _rule(lambda value: type(value) in (int, float) and 0 < value <= 1, _no_target),
    "weight": _whole(0, 1000),
    "plan": _rule(lambda value: isinstance(value, str) and bool(value.strip()), _no_plan),
}
