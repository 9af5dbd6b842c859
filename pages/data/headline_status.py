"""The headline shares of every village, which villages are behind, and what moved since a month ago. No streamlit.

A withheld count is left out, so that it compares with nothing.
"""

import datetime as dt
from dataclasses import dataclass

from pages.data.queries import Figures
from pages.text import formatting, statuses
from pages.text.masked_count import is_hidden
from warehouse.metrics import registry

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
BothDays = dict[str, tuple[dict, dict]]  # (a month ago, on the day) by metric


def standings(figures: Figures, day: dt.date | None = None) -> Standings:
    """Return the headline shares that have a figure, judged by the targets of the day looked at."""
    statuses_by_place = {}
    for share in (registry.shares()[code] for code in registry.headline_shares()):
        target = figures.target(share.code)
        for row in figures.ask(share.metric, "village", day):
            numerator, denominator = row[share.numerator], row[share.denominator]
            if target and denominator and not is_hidden(numerator, denominator):
                status = statuses.judge(numerator, denominator, target)
                statuses_by_place[row["village_id"], share.code] = HeadlineStatus(share.code, numerator, denominator, status)
    return statuses_by_place


def rank_behind(now: Standings) -> list[tuple[str, list[HeadlineStatus]]]:
    """Return (village_id, its shares that are behind, the worst first): most of them first, then those that lack most in all."""
    behind_of: dict[str, list[HeadlineStatus]] = {}
    for (village_id, _share), headline in now.items():
        if headline.status.code == "behind":
            behind_of.setdefault(village_id, []).append(headline)
    lines = [(village_id, sorted(behind, key=lambda headline: -headline.lacking)) for village_id, behind in behind_of.items()]
    return sorted(lines, key=lambda line: (-len(line[1]), -sum(headline.lacking for headline in line[1]), line[0]))


def crossings(figures: Figures, now: Standings) -> list[StatusChange]:
    """Return the villages whose headline shares have another status than a month ago."""
    names = figures.village_names()
    before = standings(figures, figures.month_ago())
    return [
        StatusChange(key[0], names[key[0]], before[key], headline)
        for key, headline in now.items()
        if key in before and before[key].status != headline.status
    ]


def both_days(figures: Figures, village_id: str | None) -> BothDays:
    """Return (a month ago, on the day) of a place by metric; each is read once."""
    metrics = dict.fromkeys(figure.metric for figure in registry.calling_for_action().values())
    days = figures.month_ago(), figures.day
    return {metric: (figures.of(metric, village_id, days[0]), figures.of(metric, village_id, days[1])) for metric in metrics}


def share_changes(rows: BothDays) -> list[tuple[str, float, int, int]]:
    """Return (headline share, what it was a month ago, numerator and denominator now) where both days differ to one decimal."""
    changes = []
    for share in (registry.shares()[code] for code in registry.headline_shares()):
        parts = [[row[name] for name in share.parts] for row in rows[share.metric]]
        earlier, now = (formatting.ratio(numerator, denominator) for numerator, denominator in parts)
        if earlier is not None and now is not None and not is_hidden(now, earlier) and round(now - earlier, 3):
            changes.append((share.code, earlier, *parts[1]))
    return changes


def count(row: dict, code: str) -> int:
    """Return a count that calls for action, of a row of its metric; withheld where a part is."""
    figure = registry.calling_for_action()[code]
    if not figure.difference:
        return row[code]
    whole, part = figure.difference
    return row[whole] - row[part]


def count_increases(rows: BothDays) -> list[tuple[str, int, int]]:
    """Return (code, a month ago, now) of the counts that have grown between both days; a withheld count is neither more nor less."""
    metric_of = {code: figure.metric for code, figure in registry.calling_for_action().items()}
    counts = [(code, count(rows[metric][0], code), count(rows[metric][1], code)) for code, metric in metric_of.items()]
    return [(code, before, now) for code, before, now in counts if now > before]


def by_village(figures: Figures, code: str) -> list[tuple[str, str, int]]:
    """Return (village_id, village, count) where there are any, the most first."""
    rows = figures.ask(registry.calling_for_action()[code].metric, "village")
    lines = [(row["village_id"], row["village"], count(row, code)) for row in rows]
    return sorted((line for line in lines if line[2] > 0), key=lambda line: (-line[2], line[0]))
