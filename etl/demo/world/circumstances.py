"""What makes a child one of the six classes (plan 2.1): parents, allowance, card, illness, event, as ledger facts.

A fact that is renewed over time (a review, an illness's cost) is a function of the reporting day.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from etl.demo.world import names

NOT_APPLICABLE = "—"
_BOTH_GONE = (("死亡", "死亡"), ("死亡", "死亡"), ("死亡", "失踪"))
_UNATTENDED = (
    ("服刑在押", "失联"), ("死亡", "失联"), ("重残", "重残"), ("重病", "失联"), ("死亡", "服刑在押"), ("失踪", "重病"),
    ("被撤销监护资格", "失联"), ("强制隔离戒毒", "失联"), ("死亡", "重残"), ("服刑在押", "被遣送(驱逐)出境"),
)  # fmt: skip
_EVENTS = ["离异"] * 4 + ["丧偶"] * 3 + ["单亲"] * 3 + ["意外伤害", "意外伤害", "突发事件", "监护缺失", "监护不当"]
_SEVERE_CARDS = (
    ("肢体", 1),
    ("肢体", 2),
    ("智力", 2),
    ("智力", 3),
    ("听力", 1),
    ("言语", 2),
    ("视力", 2),
    ("精神", 2),
    ("多重", 1),
)
_LIGHT_CARDS = (("肢体", 3), ("肢体", 4), ("听力", 3), ("言语", 4), ("视力", 4))
CARD_DIGITS = {"视力": 1, "听力": 2, "言语": 3, "肢体": 4, "智力": 5, "精神": 6, "多重": 7}
_ILLNESSES = ("先天性心脏病", "白血病", "血友病", "尿毒症", "再生障碍性贫血", "癫痫")


def facts_of(rng: random.Random, classes: tuple[int, ...], child_name: str, id_number: str, listed_on: dt.date, last: dt.date) -> dict:
    """Facts by ledger field that make each of the classes hold from `listed_on` to `last` and beyond."""
    facts: dict[str, object] = {"health": "健康"}
    facts |= _parents(rng, classes, child_name, listed_on, last)
    if {3, 4} & set(classes):
        facts |= _allowance(rng, listed_on)
    if 3 in classes:
        facts |= card(rng, _SEVERE_CARDS, id_number, last) if rng.random() < 0.75 else _illness(rng)
    elif rng.random() < 0.05:
        facts |= card(rng, _LIGHT_CARDS, id_number, last)
    if 5 in classes:
        facts |= _event(rng, listed_on)
    return facts


def _allowance(rng: random.Random, listed_on: dt.date) -> dict:
    """低保 in force since before listing, reviewed every year."""
    return {
        "dibao_no": f"DB{names.COUNTY_CODE}{rng.randrange(10**5):05d}",
        "dibao_from": listed_on - dt.timedelta(days=rng.randint(40, 1500)),
        "dibao_reviewed_on": renewed(rng, 20, 250),
    }


def renewed(rng: random.Random, least: int, most: int) -> Callable[[dt.date], dt.date]:
    """A day that stays `least`–`most` days before each reporting day."""
    ago = rng.randint(least, most)
    return lambda day: day - dt.timedelta(days=(ago + day.toordinal() * 7) % (most - least) + least)


def card(rng: random.Random, cards: tuple, id_number: str, last: dt.date) -> dict:
    """A disability card whose number holds the ID number, type and level."""
    kind, level = rng.choice(cards)
    return {
        "disability_type": kind,
        "disability_level": level,
        "disability_card_no": f"{id_number}{CARD_DIGITS[kind]}{level}",
        "disability_card_until": last + dt.timedelta(days=rng.randint(200, 2600)),
        "health": "残疾",
    }


def severe_card(rng: random.Random, id_number: str, last: dt.date) -> dict:
    """A card of the severe levels."""
    return card(rng, _SEVERE_CARDS, id_number, last)


def _illness(rng: random.Random) -> dict:
    """Serious illness: a yearly cost over any threshold in use."""
    cost = rng.randrange(21000, 96000, 100)
    return {
        "illness_name": rng.choice(_ILLNESSES),
        "illness_cost": cost,
        "illness_year": lambda day: day.year if day.month > 6 else day.year - 1,
        "health": "患病",
    }


def _event(rng: random.Random, listed_on: dt.date) -> dict:
    """A difficulty with the review that came with each ledger."""
    return {
        "event_kind": rng.choice(_EVENTS),
        "event_on": listed_on - dt.timedelta(days=rng.randint(15, 500)),
        "reviewed_on": renewed(rng, 0, 25),
    }


def _parents(rng: random.Random, classes: tuple[int, ...], child_name: str, listed_on: dt.date, last: dt.date) -> dict:
    """Names and statuses of both parents as the first of classes 1, 2, 6 asks; else one or both at home."""
    father, mother = names.adult(rng, "男", child_name[0]), names.adult(rng, "女")
    statuses: tuple[str, str] = ("在家", "在家")
    if 1 in classes:
        statuses = rng.choice(_BOTH_GONE)
    elif 2 in classes:
        statuses = rng.choice(_UNATTENDED)
    elif 6 in classes:
        other = rng.choice(["无监护能力", "重残", "重病"]) if rng.random() < 0.15 else "外出务工"
        statuses = ("外出务工", other)
    elif 5 in classes and rng.random() < 0.5:
        statuses = ("外出务工", "在家")
    facts: dict[str, object] = {}
    for parent, name, status in (("father", father, statuses[0]), ("mother", mother, statuses[1])):
        facts[f"{parent}_name"] = name
        facts |= _status(rng, parent, status, listed_on, last)
    return facts


def _status(rng: random.Random, parent: str, status: str, listed_on: dt.date, last: dt.date) -> dict:
    """One parent's status with its beginning, its end where a term has one, and the place of work."""
    facts: dict[str, object] = {f"{parent}_status": status}
    if status == "在家":
        return facts
    since = listed_on - dt.timedelta(days=rng.randint(200, 1600))
    facts[f"{parent}_since"] = NOT_APPLICABLE if status in {"死亡", "失踪"} and rng.random() < 0.4 else since
    if status == "服刑在押":
        facts[f"{parent}_until"] = last + dt.timedelta(days=rng.randint(200, 1800))
    if status == "外出务工":
        facts[f"{parent}_place"] = rng.choice(names.PLACES)
    return facts
