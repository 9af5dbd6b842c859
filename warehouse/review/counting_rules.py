"""A declared figure held against the computed one: the same, or by how much not, and which other way of counting gives it or is nearer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

NEAREST = 3
_PERCENT = re.compile(r"(\d{1,3})(?:[.．。](\d{1,6}))?\s*[%％]?", re.ASCII)


@dataclass(frozen=True)
class CountingRule:
    """What a figure is when counted in one way; for a count both parts are the count."""

    code: str
    detail: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Percent:
    """A percent as somebody wrote it: its value and how many decimals it was written with."""

    value: Fraction
    decimals: int

    def fits(self, numerator: int, denominator: int) -> bool:
        """Whether a share reads so at these decimals, rounded either way at a half or cut off (99.96 reads 99.9 here)."""
        if not denominator:
            return False
        rest = Fraction(100 * numerator, denominator) - self.value
        step = Fraction(1, 10**self.decimals)
        return -step / 2 <= rest <= step / 2 or 0 <= rest < step


@dataclass(frozen=True)
class Declared:
    """What somebody declared; what is not given is None. A count has a numerator alone."""

    numerator: int | None = None
    denominator: int | None = None
    percent: Percent | None = None

    @property
    def is_given(self) -> bool:
        """Whether anything was."""
        return self != Declared()

    @property
    def is_odd(self) -> bool:
        """Whether its own parts contradict each other: more than all, or a percent that they do not give."""
        if self.numerator is None or self.denominator is None:
            return False
        return self.numerator > self.denominator or bool(self.percent and not self.percent.fits(self.numerator, self.denominator))

    def __str__(self) -> str:
        numbers = [str(part) for part in (self.numerator, self.denominator) if part is not None]
        parts = f"—/{numbers[0]}" if self.numerator is None and numbers else "/".join(numbers)
        written = f"{float(self.percent.value):.{self.percent.decimals}f}%" if self.percent else ""
        return " · ".join(text for text in (written, parts) if text)

    def gap(self, way: CountingRule) -> Fraction:
        """How far a way is from the declared figure: 0 where it gives all; parts in units, else the percent in points."""
        pairs = ((self.numerator, way.numerator), (self.denominator, way.denominator))
        units = [abs(reported - counted) for reported, counted in pairs if reported is not None]
        return sum(units) + (self.points(way) if len(units) < len(pairs) else Fraction(0))

    def points(self, way: CountingRule) -> Fraction:
        """How many percentage points a way is from the percent that was declared; 0 where it fits or none was."""
        if self.percent is None or self.percent.fits(way.numerator, way.denominator):
            return Fraction(0)
        return abs(Fraction(100 * way.numerator, way.denominator) - self.percent.value) if way.denominator else Fraction(100)


@dataclass(frozen=True)
class Explained:
    """The ways that give exactly what was declared; where none does, the nearest ones, nearer than the computed figure."""

    exact: tuple[CountingRule, ...]
    near: tuple[CountingRule, ...]


def percent(text: str) -> Percent | None:
    """A percent from 0 to 100 as typed, 96.4 or 96.4%. Raises ValueError for what is none; None for an empty text."""
    if not text.strip():
        return None
    match = _PERCENT.fullmatch(text.strip())
    if not match:
        raise ValueError("percent")
    whole, rest = match[1], match[2] or ""
    value = Fraction(int(whole + rest), 10 ** len(rest))
    if value > 100:
        raise ValueError("percent")
    return Percent(value, len(rest))


def explained(declared: Declared, computed: CountingRule, ways: Sequence[CountingRule]) -> Explained:
    """Which ways explain a declared figure that is not the computed one; ways that come to the computed figure explain nothing."""
    parts = computed.numerator, computed.denominator
    others = [way for way in ways if (way.numerator, way.denominator) != parts]
    exact = tuple(way for way in others if not declared.gap(way))
    if exact:
        return Explained(exact, ())
    nearer = [way for way in others if declared.gap(way) < declared.gap(computed)]
    return Explained((), tuple(sorted(nearer, key=declared.gap)[:NEAREST]))
