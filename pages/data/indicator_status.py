"""Which indicators are judged on a day, how every place stands by them, who is behind, what moved since the day compared with."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pages.data.queries import Figures
from pages.text import formatting, statuses
from pages.text.masked_count import is_hidden
from warehouse.metrics import registry

_RANK = ("behind", "close", "met")  # from the worst
Place = str  # a village's code, "" for the town


@dataclass(frozen=True)
class IndicatorStatus:
    """An indicator of a place with its status against the target."""

    indicator: str
    numerator: Any
    denominator: Any
    target: float
    status: statuses.Status

    @property
    def gap(self) -> float:
        """How much of the share is missing to the target, 0-1; 0 where there is no figure."""
        has_figure = self.status.code in _RANK
        return max(0.0, self.target - self.numerator / self.denominator) if has_figure else 0.0


@dataclass(frozen=True)
class StatusChange:
    """A village whose indicator has another status than on the day compared with."""

    village_id: str
    village: str
    before: IndicatorStatus
    now: IndicatorStatus

    @property
    def is_better(self) -> bool:
        """Whether it moved towards the target."""
        return _RANK.index(self.now.status.code) > _RANK.index(self.before.status.code)


Standings = dict[Place, list[IndicatorStatus]]  # every judged indicator of each place, in the order of the goal
BothDays = dict[str, tuple[dict, dict]]  # (on the day compared with, on the day) by metric


def judge(indicator: str, numerator: Any, denominator: Any, target: float, day: dt.date) -> IndicatorStatus:
    """Judge an indicator; no figure before the day of the year from which it is due."""
    state = statuses.judge(numerator, denominator, target) if is_due(indicator, day) else statuses.STATUSES["no_figure"]
    return IndicatorStatus(indicator, numerator, denominator, target, state)


def is_due(indicator: str, day: dt.date) -> bool:
    """Whether an indicator is judged on a day: some are due from a day of the year on."""
    return f"{day:%m-%d}" >= registry.shares()[indicator].due_from


def standings(figures: Figures, by: str = "village", day: dt.date | None = None) -> Standings:
    """Return how the town or every village stands on a day, by default the day looked at, whose targets judge both."""
    places: Standings = {}
    is_begun = has_children(figures, day)
    for goal in figures.goal():
        share = registry.shares()[goal["indicator"]]
        for row in figures.ask(share.metric, by, day):
            numerator, denominator = (row[part] if is_begun else 0 for part in share.parts)
            status = judge(share.code, numerator, denominator, goal["target"], day or figures.day)
            places.setdefault(row.get("village_id", ""), []).append(status)
    return places


def has_children(figures: Figures, day: dt.date | None = None) -> bool:
    """Whether anybody is registered anywhere: before the first ledger nobody is behind with ledgers either."""
    return any(row["registered"] != 0 for row in figures.ask("eligibility", "village", day))


def of_goals(rows: Sequence[dict]) -> Standings:
    """Return how places stand by rows of the metric `goals` of one goal year, whose status is settled."""
    places: Standings = {}
    for row in rows:
        parts = row["numerator"], row["denominator"], row["target"]
        each = IndicatorStatus(row["indicator"], *parts, statuses.STATUSES.get(row["status"], statuses.STATUSES["no_figure"]))
        places.setdefault(row.get("village_id", ""), []).append(each)
    return places


def behind(indicators: Sequence[IndicatorStatus]) -> list[IndicatorStatus]:
    """Return the indicators that are behind, the widest gap first."""
    return sorted((each for each in indicators if each.status.code == "behind"), key=lambda each: -each.gap)


def by_need(places: Standings) -> list[Place]:
    """Return places, those with most indicators behind first, then those that lack most to their targets in all."""
    return sorted(places, key=lambda code: (-len(behind(places[code])), -sum(each.gap for each in places[code]), code))


def crossings(figures: Figures, now: Standings) -> list[StatusChange]:
    """Return the villages whose indicators have another status than on the day compared with."""
    names = figures.village_names()
    before = {(code, each.indicator): each for code, all_of in standings(figures, day=figures.before).items() for each in all_of}
    pairs = [(code, before.get((code, each.indicator)), each) for code, all_of in now.items() for each in all_of]
    return [
        StatusChange(code, names[code], earlier, each)
        for code, earlier, each in pairs
        if earlier and earlier.status != each.status and {earlier.status.code, each.status.code} <= {*_RANK}
    ]


def both_days(figures: Figures, village_id: str | None) -> BothDays:
    """Return (the day compared with, the day) of a place by metric; each is read once."""
    metrics = dict.fromkeys(figure.metric for figure in registry.calling_for_action().values())
    days = figures.before, figures.day
    return {metric: (figures.of(metric, village_id, days[0]), figures.of(metric, village_id, days[1])) for metric in metrics}


def share_changes(rows: BothDays) -> list[tuple[str, float, int, int]]:
    """Return (headline share, what it was before, numerator and denominator now) where both days differ to one decimal."""
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
    """Return (code, before, now) of the counts that have grown between both days; a withheld count is neither more nor less."""
    metric_of = {code: figure.metric for code, figure in registry.calling_for_action().items()}
    counts = [(code, count(rows[metric][0], code), count(rows[metric][1], code)) for code, metric in metric_of.items()]
    return [(code, before, now) for code, before, now in counts if now > before]


def by_village(figures: Figures, code: str) -> list[tuple[str, str, int]]:
    """Return (village_id, village, count) where there are any, the most first."""
    rows = figures.ask(registry.calling_for_action()[code].metric, "village")
    lines = [(row["village_id"], row["village"], count(row, code)) for row in rows]
    return sorted((line for line in lines if line[2] > 0), key=lambda line: (-line[2], line[0]))
