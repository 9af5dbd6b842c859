"""The children of the town: households, classes, and how each enters, moves, changes class and leaves.

What makes a child one of the six classes (plan 2.1) are parents, allowance, card, illness, event, as ledger facts; one that is renewed over
time (a review, an illness's cost) is a function of the reporting day.
"""

import datetime as dt
import random
from bisect import bisect
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise

from etl.demo.world import names
from etl.demo.world.model import Child, Facts, Record, Village, age_on, years_after
from etl.demo.world.tables import DAY, WORDS, days, seeded

_CLASS_MIX = {(6,): 42, (4,): 22, (5,): 8, (3,): 11, (2,): 9, (1,): 4, (4, 6): 3, (2, 4): 1}


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
        rng = self.rng
        children: list[Child] = []
        weights = list(accumulate(max(rng.uniform(0.6, 1.5), 1.2 * village.is_bursting) for village in self.villages))
        edges = [0, *(round(count * weight / weights[-1]) for weight in weights)]
        for village, (start, end) in zip(self.villages, pairwise(edges), strict=True):
            household = 0
            while start < end:
                household += 1
                size = min(end - start, rng.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3)))
                children += self._household(village, household, size)
                start += size
        for child in children:
            self._change(child)
        return children

    def _household(self, village: Village, household: int, size: int) -> list[Child]:
        """Return children with one surname, address, guardian, class and parents; a severe card only for the first."""
        rng = self.rng
        classes = rng.choices(list(_CLASS_MIX), list(_CLASS_MIX.values()))[0]
        surname, listed_on, home = rng.choice(WORDS.surnames), self._listed_on(), self._home(village, classes)
        children: list[Child] = []
        for at in range(size):
            child = self._child(village, household, surname, (4,) if at and classes == (3,) else classes, listed_on)
            parents = {name: fact for name, fact in children[0].facts.items() if name.startswith(("father_", "mother_"))} if at else {}
            child.facts |= home | parents
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
        group, sex = rng.choice(WORDS.groups), rng.choice("男女女")
        guardian = names.adult(rng, sex)
        return {
            "group_name": group,
            "address": f"{names.TOWN}{village.name}{group}{rng.randint(1, 99)}号",
            "household_head": guardian if rng.random() < 0.7 else names.adult(rng, "男"),
            "guardian_name": guardian,
            "guardian_relation": rng.choice(WORDS.relations[sex][not {1, 2, 6} & set(classes)]),
            "guardian_phone": names.phone(rng),
            "hukou_kind": "农村" if village.kind == "村" or 6 in classes or rng.random() < 0.4 else "城镇",
            "ethnicity": rng.choice(WORDS.ethnicities),
        }

    def _child(self, village: Village, household: int, surname: str, classes: tuple[int, ...], listed_on: dt.date) -> Child:
        """Return a child young enough still to be of its class some days after the first ledger that names it."""
        rng, sex = self.rng, self.rng.choice("男女")
        earliest = years_after(max(listed_on, self.first), -limit_of(classes)) + 60 * DAY
        if len(classes) > 1:
            earliest = years_after(self.last, -15)
        born_on = earliest + int(rng.random() ** 0.8 * ((listed_on - earliest).days - 120)) * DAY
        facts: Facts = {
            "child_name": names.unused_name(rng, self.names[village.code], surname, WORDS.given_names[sex]),
            "id_number": names.id_number(rng, village.number, born_on, sex, self.numbers),
            "sex": sex,
            "born_on": born_on,
            "household_no": f"H{village.number + 1:02d}{household:03d}",
            "school": lambda day: WORDS.schools[bisect((3, 6, 12, 15), age_on(born_on, day))],
            "grade": lambda day: WORDS.grades[min(age_on(born_on, day) - 6, 11)] if age_on(born_on, day) >= 6 else None,
            "health": "健康",
        }
        facts |= _parents(rng, classes, surname, listed_on, self.last) | _circumstances(
            rng, classes, facts["id_number"], listed_on, self.last
        )
        child = Child((village.number, household), facts)
        child.stays.append(Record("children", village, listed_on, None, child, classes=classes))
        return child

    def _change(self, child: Child) -> None:
        """End the first stay of a child who grows up, leaves, moves to another village or changes class."""
        rng, stay = self.rng, child.stays[0]
        limit = limit_of(stay.classes)
        grown = years_after(child.facts["born_on"], limit) + DAY
        if grown <= self.last:
            stay.until, stay.reason = grown, f"年满{limit}周岁"
            return
        earliest = max(stay.since, self.first) + 30 * DAY
        if (self.last - earliest).days < 60 or rng.random() > 0.14:
            return
        stay.until = day = earliest + rng.randrange((self.last - earliest).days - 20) * DAY
        others = [village for village in self.villages if village is not stay.village and village.kind == "村"]
        name = child.facts["child_name"]
        if rng.random() < 0.15 and others and name not in self.names[(place := rng.choice(others)).code]:
            stay.reason = f"迁往{place.name}"
            self.names[place.code].add(name)
            child.stays.append(Record("children", place, day, None, child, classes=stay.classes))
            parts = child.facts["address"].split(stay.village.name)
            child.facts["address"] = lambda on: (place if on >= day else stay.village).name.join(parts)
        elif rng.random() < 0.2 and stay.classes == (6,):
            stay.hidden_from = day  # from left-behind to another difficulty, without an end written down
            child.stays.append(Record("children", stay.village, day, None, child, classes=(5,)))
            child.facts |= {"event_kind": "离异", "event_on": day - 20 * DAY, "reviewed_on": lambda on: max(day, on - 15 * DAY)}
        else:
            stay.reason = WORDS.reasons[stay.classes[0] - 1] if rng.random() < 0.7 else "户籍迁出"


def limit_of(classes: tuple[int, ...]) -> int:
    """Return the age limit in years: 16 for left-behind children alone, else 18."""
    return 16 if classes == (6,) else 18


def _parents(rng: random.Random, classes: tuple[int, ...], surname: str, listed_on: dt.date, last: dt.date) -> Facts:
    """Return names and statuses of both parents as the first of classes 1, 2, 6 asks; else one or both at home."""
    parents = {"father": names.adult(rng, "男", surname), "mother": names.adult(rng, "女")}
    statuses = ["在家", "在家"]
    if {1, 2} & set(classes):
        statuses = rng.choice(WORDS.statuses[str(classes[0])])
    elif 6 in classes:
        statuses = ["外出务工", rng.choice(WORDS.unable) if rng.random() < 0.15 else "外出务工"]
    elif 5 in classes and rng.random() < 0.5:
        statuses = ["外出务工", "在家"]
    facts: Facts = {}
    for (parent, name), status in zip(parents.items(), statuses, strict=True):
        facts |= {f"{parent}_name": name, f"{parent}_status": status}
        if status == "在家":
            continue
        since = listed_on - days(rng, 200, 1600)
        facts[f"{parent}_since"] = "—" if status in {"死亡", "失踪"} and rng.random() < 0.4 else since
        if status == "服刑在押":
            facts[f"{parent}_until"] = last + days(rng, 200, 1800)
        if status == "外出务工":
            facts[f"{parent}_place"] = rng.choice(WORDS.workplaces)
    return facts


def _circumstances(rng: random.Random, classes: tuple[int, ...], id_number: str, listed_on: dt.date, last: dt.date) -> Facts:
    """Return allowance, card, illness and event as the classes ask, from `listed_on` to `last` and beyond."""
    facts: Facts = {}
    if {3, 4} & set(classes):
        facts["dibao_no"] = f"DB{names.COUNTY_CODE}{rng.randrange(10**5):05d}"
        facts["dibao_from"] = listed_on - days(rng, 40, 1500)
        facts["dibao_reviewed_on"] = _renewed(rng, 20, 250)
    if 3 in classes and rng.random() >= 0.75:
        facts |= {"illness_cost": rng.randrange(21000, 96000, 100), "illness_name": rng.choice(WORDS.illnesses), "health": "患病"}
        facts["illness_year"] = lambda day: day.year - (day.month <= 6)
    elif 3 in classes or rng.random() < 0.05:
        facts |= disability_card(rng, WORDS.severe_cards if 3 in classes else WORDS.light_cards, id_number, last)
    if 5 in classes:
        facts["event_kind"] = rng.choice(WORDS.events)
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
        "disability_card_no": f"{id_number}{WORDS.card_kinds.index(kind) + 1}{level}",
        "disability_card_until": last + days(rng, 200, 2600),
        "health": "残疾",
    }
