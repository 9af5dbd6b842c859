"""The children of the town: households, classes, and how each enters, moves, changes class and leaves."""

from __future__ import annotations

import datetime as dt

from etl.demo.world import names
from etl.demo.world.chance import seeded
from etl.demo.world.circumstances import facts_of
from etl.demo.world.model import Child, Stay, Village

DAY = dt.timedelta(days=1)
CLASS_MIX = {(6,): 42, (4,): 22, (5,): 8, (3,): 11, (2,): 9, (1,): 4, (4, 6): 3, (2, 4): 1}
REASONS = {1: "被依法收养", 2: "父母恢复监护", 3: "退出低保", 4: "退出低保", 5: "困难已缓解", 6: "父母返乡"}
GROUPS = ["一组", "二组", "三组", "四组", "五组"]


class Nursery:
    """Invents the children of a town one household after another; what is taken (names, ID numbers) stays taken."""

    def __init__(self, villages: list[Village], seed: int) -> None:
        self.rng = seeded("children", seed)
        self.villages = villages
        self.first = max(village.days[0] for village in villages)
        self.last = min(village.days[-1] for village in villages)
        self.numbers: set[str] = set()
        self.taken: dict[str, set[str]] = {village.code: set() for village in villages}

    def invent(self, count: int) -> list[Child]:
        """`count` children over all villages, every one of them named by at least one ledger."""
        children: list[Child] = []
        for village, quota in zip(self.villages, self._quotas(count), strict=True):
            household = 0
            while quota:
                household += 1
                size = min(quota, self.rng.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3)))
                children += self._household(village, household, size)
                quota -= size
        for child in children:
            self._change(child)
        return children

    def _quotas(self, count: int) -> list[int]:
        """Children per village, uneven as villages are; the sum is `count`."""
        weights = [max(self.rng.uniform(0.6, 1.5), 1.2 * village.conduct.is_bursting) for village in self.villages]
        edges = [round(count * sum(weights[: at + 1]) / sum(weights)) for at in range(len(weights))]
        return [edge - before for before, edge in zip([0, *edges], edges, strict=False)]

    def _household(self, village: Village, household: int, size: int) -> list[Child]:
        """Children of one household: one surname, address, guardian and class, a severe card only for the first."""
        rng = self.rng
        classes = rng.choices(list(CLASS_MIX), list(CLASS_MIX.values()))[0]
        surname, listed_on = rng.choice(names.SURNAMES), self._listed_on()
        shared = self._home(village, classes)
        children = []
        for at in range(size):
            own = (4,) if at and classes == (3,) else classes
            children.append(self._child(village, household, surname, own, listed_on))
            children[-1].facts |= shared
        _same_parents(children)
        return children

    def _listed_on(self) -> dt.date:
        """Four of five in the survey before the first ledger, the others while the years go by."""
        span = (self.last - self.first).days - 30
        if span < 60 or self.rng.random() < 0.78:
            return self.first - dt.timedelta(days=self.rng.randint(40, 270))
        return self.first + dt.timedelta(days=self.rng.randint(10, span))

    def _home(self, village: Village, classes: tuple[int, ...]) -> dict:
        """Address, household head and guardian, who is the head or not."""
        rng, group = self.rng, self.rng.choice(GROUPS)
        sex = rng.choice("男女女")
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
            "ethnicity": rng.choice(names.ETHNICITIES),
        }

    def _child(self, village: Village, household: int, surname: str, classes: tuple[int, ...], listed_on: dt.date) -> Child:
        """One child, young enough still to be of its class some days after the first ledger that names it."""
        rng, sex = self.rng, self.rng.choice("男女")
        limit = limit_of(classes)
        earliest = years_after(max(listed_on, self.first), -limit) + dt.timedelta(days=60)
        if len(classes) > 1:
            earliest = years_after(self.last, -15)
        born_on = earliest + dt.timedelta(days=int(rng.random() ** 0.8 * ((listed_on - earliest).days - 120)))
        name = names.unused(rng, self.taken[village.code], surname, names.BOYS if sex == "男" else names.GIRLS)
        number = names.id_number(rng, village.number, born_on, sex, self.numbers)
        child = Child(name, number, sex, born_on, (village.number, household), [Stay(village, classes, listed_on)])
        child.facts = facts_of(rng, classes, name, number, listed_on, self.last)
        child.facts["school"] = lambda day: _school(child, day)
        child.facts["grade"] = lambda day: _grade(child, day)
        return child

    def _change(self, child: Child) -> None:
        """Grown up, gone, moved to another village, or put into another class: what ends the first stay."""
        rng, stay = self.rng, child.stays[0]
        grown = years_after(child.born_on, limit_of(stay.classes)) + DAY
        if grown <= self.last:
            stay.until, stay.reason = grown, f"年满{limit_of(stay.classes)}周岁"
            return
        earliest = max(stay.since, self.first) + dt.timedelta(days=30)
        if (self.last - earliest).days < 60 or rng.random() > 0.14:
            return
        day = earliest + dt.timedelta(days=rng.randrange((self.last - earliest).days - 20))
        others = [village for village in self.villages if village is not stay.village and village.kind == "村"]
        if rng.random() < 0.15 and others and child.name not in self.taken[(place := rng.choice(others)).code]:
            self._move(child, place, day)
        elif rng.random() < 0.2 and stay.classes == (6,):
            self._reclass(child, day)
        else:
            stay.until, stay.reason = day, REASONS[stay.classes[0]] if rng.random() < 0.7 else "户籍迁出"

    def _move(self, child: Child, place: Village, day: dt.date) -> None:
        """Delisted here, listed there the same day."""
        stay = child.stays[0]
        stay.until, stay.reason = day, f"迁往{place.name}"
        self.taken[place.code].add(child.name)
        child.stays.append(Stay(place, stay.classes, day))
        head = child.facts["address"].split(stay.village.name)
        child.facts["address"] = lambda on: (place if on >= day else stay.village).name.join(head)

    def _reclass(self, child: Child, day: dt.date) -> None:
        """From left-behind to another difficulty, without an end written down."""
        stay = child.stays[0]
        stay.until, stay.is_closed_silently = day, True
        child.stays.append(Stay(stay.village, (5,), day))
        child.facts |= {
            "event_kind": "离异",
            "event_on": day - 20 * DAY,
            "reviewed_on": lambda on: max(day, on - 15 * DAY),
        }


def limit_of(classes: tuple[int, ...]) -> int:
    """Age limit in years: 16 for left-behind children alone, else 18."""
    return 16 if classes == (6,) else 18


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day `years` later; 29 February falls to 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _same_parents(children: list[Child]) -> None:
    """Siblings have the parents of the first."""
    shared = {name: fact for name, fact in children[0].facts.items() if name.startswith(("father_", "mother_"))}
    for child in children[1:]:
        child.facts |= shared


def _school(child: Child, day: dt.date) -> object:
    """The town's school for the age, "—" for the smallest."""
    age = child.age_on(day)
    if age < 3:
        return "—"
    return names.TOWN + next(
        name for limit, name in ((6, "中心幼儿园"), (12, "中心小学"), (15, "初级中学"), (99, "职业高中")) if age < limit
    )


def _grade(child: Child, day: dt.date) -> object:
    """The school year of the age, from six."""
    age = child.age_on(day)
    years = "一二三四五六七八九"
    return f"{years[age - 6]}年级" if 6 <= age < 15 else f"高{years[min(age - 15, 2)]}" if age >= 15 else None
