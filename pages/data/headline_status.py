"""The headline shares of every village, which villages are behind, and what has moved since a month ago. No streamlit.

A count that a reader's pages withhold stands nowhere: what holds one is left out, so that it compares with nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pages.data.queries import Figures
from pages.text import formatting, statuses
from pages.text.masked_count import is_hidden
from warehouse.metrics import drilldown, registry

_RANK = ("behind", "close", "met")  # from the worst


@dataclass(frozen=True)
class HeadlineStatus:
    """A headline share of a place with its status against the town's target."""

    share: str
    numerator: int
    denominator: int
    status: statuses.Status

    @property
    def lacking(self) -> float:
        """How much of the share is missing to the whole, 0-1."""
        return 1 - self.numerator / self.denominator


@dataclass(frozen=True)
class StatusChange:
    """A village whose share has another status than a month ago."""

    village_id: str
    village: str
    before: HeadlineStatus
    now: HeadlineStatus

    @property
    def is_better(self) -> bool:
        """Whether it moved towards the target."""
        return _RANK.index(self.now.status.code) > _RANK.index(self.before.status.code)


Standings = dict[tuple[str, str], HeadlineStatus]  # by (village_id, share)


def standings(figures: Figures, day: dt.date | None = None) -> Standings:
    """The headline shares by (village_id, share) that have a figure, judged by the targets in force on the day looked at."""
    found = {}
    for share in registry.headline_shares():
        metric, numerator, denominator = drilldown.share_parts()[share]
        target = figures.target(share)
        for row in figures.ask(metric, "village", day):
            parts = row[numerator], row[denominator]
            if target and parts[1] and not is_hidden(*parts):
                found[row["village_id"], share] = HeadlineStatus(share, *parts, statuses.judge(*parts, target))
    return found


def ranked(now: Standings) -> list[tuple[str, list[HeadlineStatus]]]:
    """(village_id, its shares that are behind, the worst first): most of them first, then those that lack most in all."""
    behind_of: dict[str, list[HeadlineStatus]] = {}
    for (village_id, _share), told in now.items():
        if told.status.code == "behind":
            behind_of.setdefault(village_id, []).append(told)
    own = [(village_id, sorted(found, key=lambda told: -told.lacking)) for village_id, found in behind_of.items()]
    return sorted(own, key=lambda line: (-len(line[1]), -sum(told.lacking for told in line[1]), line[0]))


def crossings(figures: Figures, now: Standings) -> list[StatusChange]:
    """Villages whose headline shares have another status than a month ago."""
    names = {row["village_id"]: row["name"] for row in figures.villages()}
    before = standings(figures, figures.month_ago())
    return [
        StatusChange(key[0], names[key[0]], before[key], told)
        for key, told in now.items()
        if key in before and before[key].status != told.status
    ]


def both_days(figures: Figures, village_id: str | None) -> dict[str, tuple[dict, dict]]:
    """(a month ago, on the day) of a place by metric: each is read once."""
    days = figures.month_ago(), figures.day
    return {
        metric: (figures.of(metric, village_id, days[0]), figures.of(metric, village_id, days[1]))
        for metric in dict.fromkeys(figure.metric for figure in registry.calling_for_action().values())
    }


def moved(told: dict[str, tuple[dict, dict]]) -> list[tuple[str, float, int, int]]:
    """(headline share, what it was a month ago, numerator and denominator now) where `both_days` differ to one decimal."""
    found = []
    for share in registry.headline_shares():
        metric, *names = drilldown.share_parts()[share]
        earlier, then = (formatting.ratio(*(row[name] for name in names)) for row in told[metric])
        if earlier is not None and then is not None and not is_hidden(then, earlier) and round(then - earlier, 3):
            found.append((share, earlier, *(told[metric][1][name] for name in names)))
    return found


def count(row: dict, code: str) -> int:
    """A count that calls for something to be done, of a row of its metric; withheld where a part is."""
    figure = registry.calling_for_action()[code]
    if not figure.difference:
        return row[code]
    whole, part = figure.difference
    return row[whole] - row[part]


def grown(told: dict[str, tuple[dict, dict]]) -> list[tuple[str, int, int]]:
    """(code, a month ago, now) of the counts that have grown between `both_days`."""
    found = []
    for code, figure in registry.calling_for_action().items():
        before, now = (count(row, code) for row in told[figure.metric])
        if now > before:  # a withheld count is neither more nor less
            found.append((code, before, now))
    return found


def by_village(figures: Figures, code: str) -> list[tuple[str, str, int]]:
    """(village_id, village, count) where there are any, the most first."""
    found = [
        (row["village_id"], row["village"], count(row, code)) for row in figures.ask(registry.calling_for_action()[code].metric, "village")
    ]
    return sorted((line for line in found if line[2] > 0), key=lambda line: (-line[2], line[0]))
