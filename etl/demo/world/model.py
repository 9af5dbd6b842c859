"""What an invented town is: villages, children with their stays, helpers, and everything that was done for them.

This is the truth before any village writes it down; the faults of a ledger come later (faults.py), those of the
work itself (an expired card, siblings parted) are marked in `faults` of the child they concern.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class PlantedFault(NamedTuple):
    """One fault put in on purpose: finding code, file name, sheet ("" for .csv), row from 1 (None: the whole sheet)."""

    code: str
    file: str
    sheet: str
    row: int | None


@dataclass(frozen=True)
class Conduct:
    """How well a village does its work; shares 0–1, visits per child and year."""

    paired_at_start: float = 0.9
    paired_later: float = 0.97
    family_share: float = 0.6
    visits: tuple[int, ...] = (5, 6, 6, 7, 7, 7, 8, 8)
    cared: float = 0.9
    trained: float = 0.96
    solved: float = 0.98
    has_cover: bool = True
    is_covered_late: bool = False
    covers_poor: bool = True
    is_bursting: bool = False
    copies_notes: bool = False
    is_late_2023: bool = False
    is_late_2025: bool = False
    omits_zeros: bool = False


@dataclass
class Village:
    """A village of the register; `days` are its reporting days, in order."""

    number: int
    code: str
    name: str
    kind: str
    linked_unit: str
    is_key: bool
    longitude: float
    latitude: float
    director: str
    director_phone: str
    conduct: Conduct
    days: list[dt.date] = field(default_factory=list)

    @property
    def short(self) -> str:
        """The name without its last word: 松涧村 → 松涧."""
        return self.name.removesuffix(self.kind)

    @property
    def aliases(self) -> list[str]:
        """Other names that this village goes by in its ledgers."""
        offices = ["村委会", "村民委员会"] if self.kind == "村" else ["社区居委会", "居委会"]
        return [self.short, *(self.short + office for office in offices)]


@dataclass
class Stay:
    """A time a child is listed in one village under its classes; `until` is the first day no longer listed."""

    village: Village
    classes: tuple[int, ...]
    since: dt.date
    until: dt.date | None = None
    reason: str = ""
    is_closed_silently: bool = False

    def runs(self, day: dt.date) -> bool:
        """True when the child is listed on the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass
class Child:
    """A child: identity, stays, and facts by ledger field (a value, or a function of the reporting day)."""

    name: str
    id_number: str
    sex: str
    born_on: dt.date
    household: tuple[int, int]
    stays: list[Stay]
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    hidden_from: dt.date | None = None

    def stay_on(self, day: dt.date) -> Stay | None:
        """The stay that runs on the day."""
        return next((stay for stay in self.stays if stay.runs(day)), None)

    def newest(self) -> tuple[Stay, dt.date]:
        """The stay and the reporting day of the newest ledger row that names the child."""
        stays = [stay for stay in self.stays if stay.runs(stay.village.days[-1])] or self.stays[-1:]
        stay = max(stays, key=lambda stay: stay.village.days[-1])
        return stay, stay.village.days[-2 if self.hidden_from else -1]

    def facts_on(self, day: dt.date) -> dict[str, Any]:
        """Facts as a ledger of that reporting day states them."""
        return {name: fact(day) if callable(fact) else fact for name, fact in self.facts.items()}

    def age_on(self, day: dt.date) -> int:
        """Full years on a day."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass
class Helper:
    """A helper family's cadre; `outside` the plan's circle where the category is none of the three."""

    name: str
    number: str
    sex: str
    village: Village
    unit: str
    post: str
    category: str
    party: str
    phone: str
    joined_on: dt.date
    left_on: dt.date | None = None


@dataclass
class Pairing:
    """A child with a helper family; `ended_on` is the first day without."""

    child: Child
    helper: Helper
    started_on: dt.date
    ended_on: dt.date | None = None
    faults: list[str] = field(default_factory=list)

    def runs(self, day: dt.date) -> bool:
        """True when in force on the day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass
class Deed:
    """One thing done or noted on a day: a visit, need, training, card, report, care event or cover.

    `facts` holds the remaining fields of the ledger kind by name.
    """

    kind: str
    village: Village
    on: dt.date
    child: Child | None = None
    helper: Helper | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass
class Truth:
    """The whole town as it is."""

    villages: list[Village]
    children: list[Child]
    helpers: list[Helper] = field(default_factory=list)
    pairings: list[Pairing] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    until: dt.date = dt.date(2025, 12, 31)

    @property
    def last_day(self) -> dt.date:
        """The newest reporting day of the town."""
        return max(village.days[-1] for village in self.villages)


@dataclass
class Town:
    """What was written: the files, the faults planted in them, and how many children the ledgers name."""

    files: list
    faults: list[PlantedFault]
    children: int
