"""The children of the town: households, what makes each one of the six classes, and how they enter, move, change class and leave."""

import datetime as dt
from bisect import bisect
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise

from etl.demo.world.chance import COUNTY_CODE, DAY, TOWN, WORDS, Chance
from etl.demo.world.model import Child, Facts, Record, Village, age_on, years_after

Classes = tuple[int, ...]
_CLASS_MIX = {(6,): 42, (4,): 22, (5,): 8, (3,): 11, (2,): 9, (1,): 4, (4, 6): 3, (2, 4): 1}


class Nursery:
    """Invents the children of a town one household after another; a name or ID number is given once."""

    def __init__(self, villages: list[Village], seed: int, taken: Iterable[str] = ()) -> None:
        self.rng, self.villages = Chance(f"children {seed}"), villages
        self.first = max(village.days[0] for village in villages)
        self.last = min(village.days[-1] for village in villages)
        self.numbers = {number[:17] for number in taken}
        self.names: dict[str, set[str]] = {village.code: set() for village in villages}

    def invent(self, count: int) -> list[Child]:
        """Return `count` children over all villages, every one of them named by at least one ledger."""
        rng, children = self.rng, list[Child]()
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
        """Return children with one surname, day of listing, address, guardian, class and parents; a severe card only for the first."""
        rng, children = self.rng, list[Child]()
        classes = rng.choices(list(_CLASS_MIX), list(_CLASS_MIX.values()))[0]
        surname, span = rng.choice(WORDS.surnames), (self.last - self.first).days - 30
        is_surveyed = span < 60 or rng.random() < 0.78  # before the first ledger; others while the years go by
        listed_on = self.first - rng.days(40, 270) if is_surveyed else self.first + rng.days(10, span)
        group, sex = rng.choice(WORDS.groups), rng.choice("男女女")
        guardian = rng.adult(sex)
        home: Facts = {"group_name": group, "address": f"{TOWN}{village.name}{group}{rng.randint(1, 99)}号"}
        home["household_head"] = guardian if rng.random() < 0.7 else rng.adult("男")
        home |= {"household_no": f"H{village.number + 1:02d}{household:03d}", "guardian_name": guardian}
        home["guardian_relation"] = rng.choice(WORDS.relations[sex][not {1, 2, 6} & set(classes)])
        home["guardian_phone"] = rng.phone()
        home["hukou_kind"] = "农村" if village.kind == "村" or 6 in classes or rng.random() < 0.4 else "城镇"
        home["ethnicity"] = rng.choice(WORDS.ethnicities)
        for at in range(size):
            classes = (4,) if at and classes == (3,) else classes
            child = Child((village.number, household), self._facts(village, surname, classes, listed_on) | home)
            child.stays.append(Record("children", village, listed_on, None, child, classes=classes))
            home |= {name: fact for name, fact in child.facts.items() if not at and name.startswith(("father_", "mother_"))}
            children.append(child)
        return children

    def _facts(self, village: Village, surname: str, classes: Classes, listed_on: dt.date) -> Facts:
        """Return the facts of a child young enough still to be of its class some days after the first ledger that names it."""
        rng, sex = self.rng, self.rng.choice("男女")
        earliest = years_after(max(listed_on, self.first), -limit_of(classes)) + 60 * DAY
        if len(classes) > 1:
            earliest = years_after(self.last, -15)
        born_on = earliest + int(rng.random() ** 0.8 * ((listed_on - earliest).days - 120)) * DAY
        facts: Facts = {"sex": sex, "born_on": born_on, "health": "健康"}
        facts["child_name"] = rng.unused_name(self.names[village.code], WORDS.given_names[sex], surname)
        facts["id_number"] = rng.id_number(village.number, born_on, sex, self.numbers)
        facts["school"] = lambda day: WORDS.schools[bisect((3, 6, 12, 15), age_on(born_on, day))]
        facts["grade"] = lambda day: WORDS.grades[min(age_on(born_on, day), 17)]
        return facts | self._parents(classes, surname, listed_on) | self._circumstances(classes, facts["id_number"], listed_on)

    def _parents(self, classes: Classes, surname: str, listed_on: dt.date) -> Facts:
        """Return names and statuses of both parents as the first of classes 1, 2, 6 asks; else one or both at home."""
        rng, facts = self.rng, Facts(father_name=self.rng.adult("男", surname), mother_name=self.rng.adult("女"))
        statuses = ["在家", "在家"]
        if {1, 2} & set(classes):
            statuses = rng.choice(WORDS.statuses[str(classes[0])])
        elif 6 in classes:
            statuses = ["外出务工", rng.choice(WORDS.unable) if rng.random() < 0.15 else "外出务工"]
        elif 5 in classes and rng.random() < 0.5:
            statuses = ["外出务工", "在家"]
        for parent, status in zip(("father", "mother"), statuses, strict=True):
            facts[f"{parent}_status"] = status
            if status != "在家":
                since = listed_on - rng.days(200, 1600)
                facts[f"{parent}_since"] = "—" if status in {"死亡", "失踪"} and rng.random() < 0.4 else since
            if status == "服刑在押":
                facts[f"{parent}_until"] = self.last + rng.days(200, 1800)
            if status == "外出务工":
                facts[f"{parent}_place"] = rng.choice(WORDS.workplaces)
        return facts

    def _circumstances(self, classes: Classes, id_number: str, listed_on: dt.date) -> Facts:
        """Return allowance, card, illness and event as the classes ask, from `listed_on` to the last day and beyond."""
        rng, facts = self.rng, Facts()
        if {3, 4} & set(classes):
            facts["dibao_no"] = f"DB{COUNTY_CODE}{rng.randrange(10**5):05d}"
            facts["dibao_from"] = listed_on - rng.days(40, 1500)
            facts["dibao_reviewed_on"] = _renewed(rng, 20, 250)
        if 3 in classes and rng.random() >= 0.75:
            facts |= {"illness_cost": rng.randrange(21000, 96000, 100), "illness_name": rng.choice(WORDS.illnesses), "health": "患病"}
            facts["illness_year"] = lambda day: day.year - (day.month <= 6)
        elif 3 in classes or rng.random() < 0.05:
            facts |= disability_card(rng, WORDS.severe_cards if 3 in classes else WORDS.light_cards, id_number, self.last)
        if 5 in classes:
            facts["event_kind"] = rng.choice(WORDS.events)
            facts["event_on"] = listed_on - rng.days(15, 500)
            facts["reviewed_on"] = _renewed(rng, 0, 25)
        return facts

    def _change(self, child: Child) -> None:
        """End the first stay of a child who grows up, leaves, moves to another village or changes class."""
        rng, stay, name = self.rng, child.stays[0], child.facts["child_name"]
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


def limit_of(classes: Classes) -> int:
    """Return the age limit in years: 16 for left-behind children alone, else 18."""
    return 16 if classes == (6,) else 18


def _renewed(rng: Chance, least: int, most: int) -> Callable[[dt.date], dt.date]:
    """Return a day that stays `least`–`most` days before each reporting day."""
    ago = rng.randint(least, most)
    return lambda day: day - ((ago + day.toordinal() * 7) % (most - least) + least) * DAY


def disability_card(rng: Chance, cards: list[list[str]], id_number: str, last: dt.date) -> Facts:
    """Return a card of one of the kinds and levels."""
    kind, level = rng.choice(cards)
    card = {"disability_type": kind, "disability_level": level, "health": "残疾"}
    card["disability_card_no"] = f"{id_number}{WORDS.card_kinds.index(kind) + 1}{level}"
    return card | {"disability_card_until": last + rng.days(200, 2600)}
