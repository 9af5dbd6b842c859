"""What an invented town is before anybody writes it down: villages, children with stays, helpers, deeds, faults of the work itself."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

Facts = dict[str, Any]  # by ledger field: a value, or a function of the reporting day


class CannotInvent(ValueError):
    """A town of this size is not invented; the text is the sentence for the person."""


class Village(SimpleNamespace):
    """A village: what the register says of it, its habits by the names in villages.toml, and its reporting `days`."""

    days: list[dt.date]


@dataclass(eq=False)
class Record:
    """A child's stay on a list, a helper, a pairing or a deed, from `since` until the day before `until`; a deed of a day has both the same."""

    kind: str
    village: Village
    since: dt.date
    until: dt.date | None
    child: Any = None  # Child
    helper: Any = None  # the helper's Record
    facts: Facts = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    classes: tuple[int, ...] = ()  # of a stay
    reason: str = ""  # of a stay's end
    hidden_from: dt.date | None = None  # no ledger of this day or later names it

    def runs(self, day: dt.date) -> bool:
        """Return whether it runs on the day."""
        return self.since <= day < (self.until or dt.date.max)


@dataclass(eq=False)
class Child:
    """A child with its household (village and number), its stays in order, its pairings, and the breaches planted in it."""

    household: tuple[int, int]
    facts: Facts
    stays: list[Record] = field(default_factory=list)
    pairings: list[Record] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class Truth:
    """The whole town as it is; `records` are all but the stays, `last` is its newest reporting day."""

    villages: list[Village]
    children: list[Child]
    until: dt.date
    records: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.last = max(village.days[-1] for village in self.villages)

    def of(self, kind: str, village: Village | None = None) -> list[Record]:
        """Return the records of a kind, of one village or all."""
        return [record for record in self.records if record.kind == kind and (village is None or village is record.village)]


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Return full years on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day `years` later; 29 February becomes the 28th."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
