"""What an invented town is: villages, children with their stays, helpers, and everything that was done for them.

This is the truth before any village writes it down. Faults of the work itself (an expired card, siblings parted) are
marked in `faults` of whom they concern; those of a clerk come later (faults.py).
"""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from etl.demo.world.tables import Habits


class PlantedFault(NamedTuple):
    """One planted fault: finding code, file name, sheet ("" for .csv), row from 1 (None: the whole sheet)."""

    code: str
    file: str
    sheet: str
    row: int | None


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
    conduct: Habits
    layout: str = ""  # of its ledgers, where they come in the forms of other offices: cards | grids
    days: list[dt.date] = field(default_factory=list)

    @property
    def aliases(self) -> list[str]:
        """The other names of this village in its ledgers."""
        short, offices = self.name.removesuffix(self.kind), ["村委会", "村民委员会"] if self.kind == "村" else ["社区居委会", "居委会"]
        return [short, *(short + office for office in offices)]


@dataclass
class Span:
    """A time that runs from `since` on; `until` is the first day after it."""

    since: dt.date
    until: dt.date | None

    def runs(self, day: dt.date) -> bool:
        """Return whether it runs on the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass
class Stay(Span):
    """A time a child is listed in one village under its classes."""

    village: Village
    classes: tuple[int, ...]
    reason: str = ""
    is_closed_silently: bool = False


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

    def newest(self) -> tuple[Stay, dt.date]:
        """Return the stay and the reporting day of the newest ledger row that names the child."""
        stays = [stay for stay in self.stays if stay.runs(stay.village.days[-1])] or self.stays[-1:]
        stay = max(stays, key=lambda stay: stay.village.days[-1])
        return stay, stay.village.days[-2 if self.hidden_from else -1]

    def facts_on(self, day: dt.date) -> dict[str, Any]:
        """Return facts as a ledger of that reporting day states them."""
        return {name: fact(day) if callable(fact) else fact for name, fact in self.facts.items()}

    def age_on(self, day: dt.date) -> int:
        """Return full years on a day."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass
class Helper:
    """A helper family's cadre, with the fields of the ledger that never change."""

    village: Village
    joined_on: dt.date
    facts: dict[str, str]
    left_on: dt.date | None = None

    def serves(self, day: dt.date) -> bool:
        """Return whether the helper has not left before the day."""
        return self.left_on is None or day < self.left_on


@dataclass
class Pairing(Span):
    """A child with a helper family."""

    child: Child
    helper: Helper
    faults: list[str] = field(default_factory=list)


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
    until: dt.date
    helpers: list[Helper] = field(default_factory=list)
    pairings: list[Pairing] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)

    @property
    def last_day(self) -> dt.date:
        """The newest reporting day of the town."""
        return max(village.days[-1] for village in self.villages)

    def helpers_of(self, village: Village) -> list[Helper]:
        """Return the helpers of a village."""
        return [helper for helper in self.helpers if helper.village is village]


class Town(NamedTuple):
    """What was written: the files, the faults planted in them, and how many children the ledgers name."""

    files: list[Path]
    faults: list[PlantedFault]
    children: int
