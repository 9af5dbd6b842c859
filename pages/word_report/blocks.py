"""What a report consists of, before anybody thinks of Word: headings, paragraphs, tables, pictures, a turn of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pages.text.statuses import Status


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、) or 2 （一）; the writer numbers them."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph of the body."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table under its caption. Columns in `words` hold words, aligned left, all others hold figures; `note` comes below.

    `widths` are those of the first columns beside 1 for every other.
    """

    caption: str
    headings: list[str]
    rows: Sequence[Sequence[str | Status]]
    note: str = ""
    widths: tuple[float, ...] = (1.6,)
    words: tuple[int, ...] = (0,)
    is_wide: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture over its caption, `width` mm wide, with the text for who cannot see it."""

    caption: str
    content: bytes
    described: str
    width: int = 156


@dataclass(frozen=True)
class Annex:
    """The beginning of an annex on a new page, lying where its tables are wide."""

    title: str
    is_lying: bool = False


@dataclass(frozen=True)
class Signed:
    """The end of the body, kept on one page: the list of annexes, then who signs and the day."""

    annexes: list[str]
    lines: list[str]


Block = Heading | Text | Grid | Picture | Annex | Signed


@dataclass(frozen=True)
class Report:
    """A whole report: the lines of its title, the line under it, its blocks, the stamp at the foot of every page."""

    title: list[str]
    subtitle: str
    blocks: list[Block]
    stamp: str
