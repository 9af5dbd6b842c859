"""What makes a child one of the six classes (plan 2.1): parents, allowance, card, illness, event, as ledger facts.

A fact that is renewed over time (a review, an illness's cost) is a function of the reporting day.
"""

import datetime as dt
import random
from collections.abc import Callable
from functools import partial

from etl.demo.world import names
from etl.demo.world.chance import DAY, days
from etl.demo.world.tables import table, words

Facts = dict[str, object]
NOT_APPLICABLE = "—"
_words = partial(words, "children")
_EVENTS, _ILLNESSES, _CARD_KINDS = map(_words, ("events", "illnesses", "card_kinds"))
_BOTH_GONE, _UNATTENDED, _SEVERE_CARDS, _LIGHT_CARDS = (
    [pair.split() for pair in table("words")["children"][name]] for name in ("both_gone", "unattended", "severe_cards", "light_cards")
)
_WORKPLACES = words("names", "workplaces")


def facts_of(rng: random.Random, classes: tuple[int, ...], child_name: str, id_number: str, listed_on: dt.date, last: dt.date) -> Facts:
    """Return facts by ledger field that make each of the classes hold from `listed_on` to `last` and beyond."""
    facts: Facts = {"health": "健康"} | _parents(rng, classes, child_name, listed_on, last)
    if {3, 4} & set(classes):
        facts["dibao_no"] = f"DB{names.COUNTY_CODE}{rng.randrange(10**5):05d}"
        facts["dibao_from"] = listed_on - days(rng, 40, 1500)
        facts["dibao_reviewed_on"] = _renewed(rng, 20, 250)
    if 3 in classes:
        facts |= severe_card(rng, id_number, last) if rng.random() < 0.75 else _illness(rng)
    elif rng.random() < 0.05:
        facts |= _card(rng, _LIGHT_CARDS, id_number, last)
    if 5 in classes:
        facts["event_kind"] = rng.choice(_EVENTS)
        facts["event_on"] = listed_on - days(rng, 15, 500)
        facts["reviewed_on"] = _renewed(rng, 0, 25)
    return facts


def _renewed(rng: random.Random, least: int, most: int) -> Callable[[dt.date], dt.date]:
    """Return a day that stays `least`–`most` days before each reporting day."""
    ago = rng.randint(least, most)
    return lambda day: day - ((ago + day.toordinal() * 7) % (most - least) + least) * DAY


def _card(rng: random.Random, cards: list[list[str]], id_number: str, last: dt.date) -> Facts:
    kind, level = rng.choice(cards)
    return {
        "disability_type": kind,
        "disability_level": int(level),
        "disability_card_no": f"{id_number}{_CARD_KINDS.index(kind) + 1}{level}",
        "disability_card_until": last + days(rng, 200, 2600),
        "health": "残疾",
    }


def severe_card(rng: random.Random, id_number: str, last: dt.date) -> Facts:
    """Return a card of the severe levels."""
    return _card(rng, _SEVERE_CARDS, id_number, last)


def _illness(rng: random.Random) -> Facts:
    """Return a serious illness with a yearly cost over any threshold in use."""
    return {
        "illness_cost": rng.randrange(21000, 96000, 100),
        "illness_name": rng.choice(_ILLNESSES),
        "illness_year": lambda day: day.year if day.month > 6 else day.year - 1,
        "health": "患病",
    }


def _parents(rng: random.Random, classes: tuple[int, ...], child_name: str, listed_on: dt.date, last: dt.date) -> Facts:
    """Return names and statuses of both parents as the first of classes 1, 2, 6 asks; else one or both at home."""
    parents = {"father": names.adult(rng, "男", child_name[0]), "mother": names.adult(rng, "女")}
    statuses = ["在家", "在家"]
    if 1 in classes:
        statuses = rng.choice(_BOTH_GONE)
    elif 2 in classes:
        statuses = rng.choice(_UNATTENDED)
    elif 6 in classes:
        statuses = ["外出务工", rng.choice(["无监护能力", "重残", "重病"]) if rng.random() < 0.15 else "外出务工"]
    elif 5 in classes and rng.random() < 0.5:
        statuses = ["外出务工", "在家"]
    facts: Facts = {}
    for (parent, name), status in zip(parents.items(), statuses, strict=True):
        facts |= {f"{parent}_name": name, f"{parent}_status": status}
        if status == "在家":
            continue
        since = listed_on - days(rng, 200, 1600)
        facts[f"{parent}_since"] = NOT_APPLICABLE if status in {"死亡", "失踪"} and rng.random() < 0.4 else since
        if status == "服刑在押":
            facts[f"{parent}_until"] = last + days(rng, 200, 1800)
        if status == "外出务工":
            facts[f"{parent}_place"] = rng.choice(_WORKPLACES)
    return facts
