"""What a file of tables holds before it is csv or xlsx: an edition of sheets, each with its charts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """A chart: its title, what its names are, and (name, value, target) by line, the neediest first; without a target None."""

    title: str
    heading: str
    lines: tuple[tuple[str, float, float | None], ...]
    is_share: bool = True


@dataclass(frozen=True)
class Sheet:
    """One table as people read it; `shares` are the places of columns that hold shares, `series` the charts made of it."""

    name: str
    headings: list[str]
    rows: list[list]
    shares: frozenset[int]
    series: tuple[Series, ...] = ()


@dataclass(frozen=True)
class Edition:
    """What a file says: lines of its title block, then its tables; `stamp` is the one line for the foot of each page."""

    block: list[str]
    sheets: list[Sheet]
    stamp: str
