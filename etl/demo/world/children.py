"""The children of the town: households, classes, and how each enters, moves, changes class and leaves.

What makes a child one of the six classes (plan 2.1) are parents, allowance, card, illness, event, as ledger facts; one that is renewed over
time (a review, an illness's cost) is a function of the reporting day.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterable
from functools import partial

from etl.demo.world import names
from etl.demo.world.chance import DAY, days, seeded
from etl.demo.world.model import Child, Stay, Village
from etl.demo.world.tables import table, words

Facts = dict[str, object]
NOT_APPLICABLE = "—"
_words = partial(words, "children")
_EVENTS, _ILLNESSES, _CARD_KINDS = map(_words, ("events", "illnesses", "card_kinds"))
_BOTH_GONE, _UNATTENDED, SEVERE_CARDS, _LIGHT_CARDS = (
    [pair.split() for pair in table("words")["children"][name]] for name in ("both_gone", "unattended", "severe_cards", "light_cards")
)
_WORKPLACES = words("names", "workplaces")
CLASS_MIX = {(6,): 42, (4,): 22, (5,): 8, (3,): 11, (2,): 9, (1,): 4, (4, 6): 3, (2, 4): 1}
REASONS = _words("reasons")  # of leaving, by class from 1
_SCHOOLS = {3: "—", 6: "中心幼儿园", 12: "中心小学", 15: "初级中学", 99: "职业高中"}  # up to an age


class Nursery:
    """Invents the children of a town one household after another; a name or ID number is given once."""

    def __init__(self, villages: list[Village], seed: int, taken: Iterable[str] = ()) -> None:
        self.rng = seeded("children", seed)
        self.villages = villages
        self.first = max(village.days[0] for village in villages)
        self.last = min(village.days[-1] for village in villages)
        self.numbers = {number[:17] for number in taken}
        self.names: dict[str, set[str]] = {village.code: set() for village in villages}

    def invent(self, count: int) -> list[Child]:
        """Return `count` children over all villages, every one of them named by at least one ledger."""
        rng, children = self.rng, []
        weights = [max(rng.uniform(0.6, 1.5), 1.2 * village.conduct.is_bursting) for village in self.villages]
        edges = [round(count * sum(weights[: at + 1]) / sum(weights)) for at in range(len(weights))]
        for village, start, end in zip(self.villages, [0, *edges], edges, strict=False):
            household, quota = 0, end - start
            while quota:
                household += 1
                size = min(quota, rng.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3)))
                children += self._household(village, household, size)
                quota -= size
        for child in children:
            self._change(child)
        return children

    def _household(self, village: Village, household: int, size: int) -> list[Child]:
        """Return children with one surname, address, guardian, class and parents; a severe card only for the first."""
        rng = self.rng
        classes = rng.choices(list(CLASS_MIX), list(CLASS_MIX.values()))[0]
        surname, listed_on, home = rng.choice(names.SURNAMES), self._listed_on(), self._home(village, classes)
        children: list[Child] = []
        for at in range(size):
            child = self._child(village, household, surname, (4,) if at and classes == (3,) else classes, listed_on)
            child.facts |= home
            if children:
                child.facts |= {name: fact for name, fact in children[0].facts.items() if name.startswith(("father_", "mother_"))}
            children.append(child)
        return children

    def _listed_on(self) -> dt.date:
        """Return a day: four of five in the survey before the first ledger, the others while the years go by."""
        span = (self.last - self.first).days - 30
        if span < 60 or self.rng.random() < 0.78:
            return self.first - days(self.rng, 40, 270)
        return self.first + days(self.rng, 10, span)

    def _home(self, village: Village, classes: tuple[int, ...]) -> Facts:
        rng = self.rng
        group, sex = rng.choice(["一组", "二组", "三组", "四组", "五组"]), rng.choice("男女女")
        guardian = names.adult(rng, sex)
        old = {"男": ["祖父", "外祖父", "伯父"], "女": ["祖母", "外祖母", "姑母"]}
        young = {"男": ["父亲", "祖父"], "女": ["母亲", "祖母"]}
        return {
            "group_name": group,
            "address": f"{names.TOWN}{village.name}{group}{rng.randint(1, 99)}号",
            "household_head": guardian if rng.random() < 0.7 else names.adult(rng, "男"),
            "guardian_name": guardian,
            "guardian_relation": rng.choice((old if {1, 2, 6} & set(classes) else young)[sex]),
            "guardian_phone": names.phone(rng),
            "hukou_kind": "农村" if village.kind == "村" or 6 in classes or rng.random() < 0.4 else "城镇",
            "ethnicity": rng.choice(["汉族"] * 17 + ["回族", "苗族", "土家族"]),
        }

    def _child(self, village: Village, household: int, surname: str, classes: tuple[int, ...], listed_on: dt.date) -> Child:
        """Return a child young enough still to be of its class some days after the first ledger that names it."""
        rng, sex = self.rng, self.rng.choice("男女")
        earliest = years_after(max(listed_on, self.first), -limit_of(classes)) + 60 * DAY
        if len(classes) > 1:
            earliest = years_after(self.last, -15)
        born_on = earliest + int(rng.random() ** 0.8 * ((listed_on - earliest).days - 120)) * DAY
        name = names.unused_name(rng, self.names[village.code], surname, names.BOYS if sex == "男" else names.GIRLS)
        number = names.id_number(rng, village.number, born_on, sex, self.numbers)
        child = Child(name, number, sex, born_on, (village.number, household), [Stay(listed_on, None, village, classes)])
        child.facts = facts_of(rng, classes, name, number, listed_on, self.last)
        child.facts |= {"school": partial(_school, child), "grade": partial(_grade, child)}
        return child

    def _change(self, child: Child) -> None:
        """End the first stay of a child who grows up, leaves, moves to another village or changes class."""
        rng, stay = self.rng, child.stays[0]
        limit = limit_of(stay.classes)
        grown = years_after(child.born_on, limit) + DAY
        if grown <= self.last:
            stay.until, stay.reason = grown, f"年满{limit}周岁"
            return
        earliest = max(stay.since, self.first) + 30 * DAY
        if (self.last - earliest).days < 60 or rng.random() > 0.14:
            return
        stay.until = day = earliest + rng.randrange((self.last - earliest).days - 20) * DAY
        others = [village for village in self.villages if village is not stay.village and village.kind == "村"]
        if rng.random() < 0.15 and others and child.name not in self.names[(place := rng.choice(others)).code]:
            stay.reason = f"迁往{place.name}"
            self.names[place.code].add(child.name)
            child.stays.append(Stay(day, None, place, stay.classes))
            parts = child.facts["address"].split(stay.village.name)
            child.facts["address"] = lambda on: (place if on >= day else stay.village).name.join(parts)
        elif rng.random() < 0.2 and stay.classes == (6,):
            stay.is_closed_silently = True  # from left-behind to another difficulty, without an end written down
            child.stays.append(Stay(day, None, stay.village, (5,)))
            child.facts |= {"event_kind": "离异", "event_on": day - 20 * DAY, "reviewed_on": lambda on: max(day, on - 15 * DAY)}
        else:
            stay.reason = REASONS[stay.classes[0] - 1] if rng.random() < 0.7 else "户籍迁出"


def limit_of(classes: tuple[int, ...]) -> int:
    """Return the age limit in years: 16 for left-behind children alone, else 18."""
    return 16 if classes == (6,) else 18


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day `years` later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _school(child: Child, day: dt.date) -> str:
    """Return the town's school for the age, "—" for the smallest."""
    limit = next(limit for limit in _SCHOOLS if child.age_on(day) < limit)
    return _SCHOOLS[limit] if limit == 3 else names.TOWN + _SCHOOLS[limit]


def _grade(child: Child, day: dt.date) -> str | None:
    """Return the school year of the age, from six."""
    age, years = child.age_on(day), "一二三四五六七八九"
    return f"{years[age - 6]}年级" if 6 <= age < 15 else f"高{years[min(age - 15, 2)]}" if age >= 15 else None


def facts_of(rng: random.Random, classes: tuple[int, ...], child_name: str, id_number: str, listed_on: dt.date, last: dt.date) -> Facts:
    """Return facts by ledger field that make each of the classes hold from `listed_on` to `last` and beyond."""
    facts: Facts = {"health": "健康"} | _parents(rng, classes, child_name, listed_on, last)
    if {3, 4} & set(classes):
        facts["dibao_no"] = f"DB{names.COUNTY_CODE}{rng.randrange(10**5):05d}"
        facts["dibao_from"] = listed_on - days(rng, 40, 1500)
        facts["dibao_reviewed_on"] = _renewed(rng, 20, 250)
    if 3 in classes:
        facts |= disability_card(rng, SEVERE_CARDS, id_number, last) if rng.random() < 0.75 else _illness(rng)
    elif rng.random() < 0.05:
        facts |= disability_card(rng, _LIGHT_CARDS, id_number, last)
    if 5 in classes:
        facts["event_kind"] = rng.choice(_EVENTS)
        facts["event_on"] = listed_on - days(rng, 15, 500)
        facts["reviewed_on"] = _renewed(rng, 0, 25)
    return facts


def _renewed(rng: random.Random, least: int, most: int) -> Callable[[dt.date], dt.date]:
    """Return a day that stays `least`–`most` days before each reporting day."""
    ago = rng.randint(least, most)
    return lambda day: day - ((ago + day.toordinal() * 7) % (most - least) + least) * DAY


def disability_card(rng: random.Random, cards: list[list[str]], id_number: str, last: dt.date) -> Facts:
    """Return a card of one of the kinds and levels."""
    kind, level = rng.choice(cards)
    return {
        "disability_type": kind,
        "disability_level": int(level),
        "disability_card_no": f"{id_number}{_CARD_KINDS.index(kind) + 1}{level}",
        "disability_card_until": last + days(rng, 200, 2600),
        "health": "残疾",
    }


def _illness(rng: random.Random) -> Facts:
    """Return a serious illness with a yearly cost over any threshold in use."""
    illness: Facts = {"illness_cost": rng.randrange(21000, 96000, 100), "illness_name": rng.choice(_ILLNESSES), "health": "患病"}
    return illness | {"illness_year": lambda day: day.year if day.month > 6 else day.year - 1}


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
