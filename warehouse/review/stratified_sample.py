"""A random sample of children for a visit on site, stratified by village and class: one seed, one sample, on every machine.

Sources: Cochran, Sampling Techniques (1977), 5.5: proportional allocation; Madow (1949): systematic sampling with a random start,
by which shares of less than one child are rounded. Rounding by the largest remainder would never draw a child of a small group
where there are more groups than children to visit; by a random start every child has the same chance, and a village's
children in the sample differ from its share by less than one. Chance is SHA-256 of the seed and the pseudonym, in whole numbers
alone: no order of rows, no generator and no version of a library changes the sample.

A visit that sees no child of a class says nothing of it, so each class gives one child where the size allows that.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Place = tuple[str, int]  # of a stratum: village_id, class_no
_START = "start"  # no pseudonym reads so: they are hex digits
_WIDTH = 256  # bits of a SHA-256


@dataclass(frozen=True)
class Stratum:
    """Children of one village and class: how many of how many were drawn."""

    village_id: str
    class_no: int
    sampled: int
    of: int


@dataclass(frozen=True)
class Sample:
    """What a seed draws: the rows drawn, by village, class and pseudonym, and every stratum, empty-handed ones too."""

    rows: list[dict[str, Any]]
    strata: list[Stratum]


def sample(rows: Sequence[dict[str, Any]], size: int, seed: str | int) -> Sample:
    """Draw `size` of the children given (all of them where there are no more), each a dict with child_id, village_id, class_no.

    Within a stratum the children with the smallest SHA-256(seed, child_id) are drawn, so a stratum that gives more keeps what
    it gave. Raises ValueError for a size below 1, an empty seed, or a child that stands twice.
    """
    name = str(seed).strip()
    if size < 1 or not name:
        raise ValueError("a sample has a size of at least 1 and a seed")
    if len({row["child_id"] for row in rows}) < len(rows):
        raise ValueError("a child stands twice among those to be sampled")
    groups: dict[Place, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["village_id"], row["class_no"]), []).append(row)
    counts = allocation({place: len(members) for place, members in groups.items()}, size, name)
    chosen = [row for place in sorted(groups) for row in _first(groups[place], counts[place], name)]
    return Sample(chosen, [Stratum(*place, counts[place], len(groups[place])) for place in sorted(groups)])


def _first(members: list[dict[str, Any]], count: int, seed: str) -> list[dict[str, Any]]:
    """The first so many of a stratum by chance, in the order of their pseudonyms: a list must not tell who was drawn last."""
    by_chance = sorted(members, key=lambda row: (chance(seed, row["child_id"]), row["child_id"]))
    return sorted(by_chance[:count], key=lambda row: row["child_id"])


def allocation(counts: Mapping[Place, int], size: int, seed: str) -> dict[Place, int]:
    """How many children each stratum gives: in proportion to its children, one at least where the size allows one of each.

    Where it does not, the seed decides which strata give one, each with the chance of its share; then `_with_every_class`.
    """
    places = sorted(place for place, count in counts.items() if count)
    size = min(size, sum(counts.values()))
    counts_drawn = dict.fromkeys(counts, 0)
    if size >= len(places):
        small = _below_one(counts, places, size)
        counts_drawn |= dict.fromkeys(small, 1)
        places, size = [place for place in places if place not in small], size - len(small)
    return _with_every_class(counts, counts_drawn | _rounded(counts, places, size, chance(seed, _START)), seed)


def _with_every_class(counts: Mapping[Place, int], gives: dict[Place, int], seed: str) -> dict[Place, int]:
    """Let each class left out, where there are places for all, take one from a class that gives several, if it can in the same village."""
    classes = {number for (_village, number), count in counts.items() if count}
    missing = classes - {number for (_village, number), count in gives.items() if count}
    for class_no in sorted(missing) if sum(gives.values()) >= len(classes) else ():
        of_class = Counter(number for (_village, number), count in gives.items() for _child in range(count))
        givers = [place for place in sorted(gives) if gives[place] and of_class[place[1]] > 1]
        takers, villages = [place for place in sorted(counts) if place[1] == class_no and counts[place]], {place[0] for place in givers}
        near, start = [place for place in takers if place[0] in villages], chance(seed, str(class_no))
        (taker,) = (place for place, count in _rounded(counts, near or takers, 1, start).items() if count)
        givers = [place for place in givers if place[0] == taker[0]] or givers
        gives |= {taker: 1, (giver := givers[start % len(givers)]): gives[giver] - 1}
    return gives


def _below_one(counts: Mapping[Place, int], places: list[Place], size: int) -> set[Place]:
    """The strata whose share is less than one child, once those found before have been given theirs."""
    small: set[Place] = set()
    while True:
        rest = [place for place in places if place not in small]
        whole, left = sum(counts[place] for place in rest), size - len(small)
        more = {place for place in rest if counts[place] * left < whole}
        if not more:
            return small
        small |= more


def _rounded(counts: Mapping[Place, int], places: list[Place], size: int, start: int) -> dict[Place, int]:
    """Shares in whole children: marks one child apart from a random start; a stratum gives one for each mark on its length."""
    whole = sum(counts[place] for place in places)
    counts_drawn, passed, marks = {}, 0, 0
    for place in places:
        passed += counts[place]
        reached = ((size * passed << _WIDTH) + start * whole) // (whole << _WIDTH)
        counts_drawn[place], marks = reached - marks, reached
    return counts_drawn


def chance(seed: str, name: str) -> int:
    """What orders children by chance: SHA-256 of the seed, a line break and the pseudonym as UTF-8, as one whole number.

    By hand: printf '%s\\n%s' SEED PSEUDONYM | sha256sum
    """
    return int.from_bytes(hashlib.sha256(f"{seed}\n{name}".encode()).digest(), "big")
