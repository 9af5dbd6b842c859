"""Visits of helper families (plan 3.2.1) as each village makes them: steady, too few, in one burst, or copied."""

import datetime as dt
import random
from functools import partial

from etl.demo.world.chance import DAY, days, seeded
from etl.demo.world.model import Child, Deed, Helper, Pairing, Truth, Village
from etl.demo.world.tables import words

_words = partial(words, "visits")
TOPICS, _COPIED, _PROBLEMS = map(_words, ("topics", "copied", "problems"))
_NOTES = [_words(part) for part in ("seen", "home", "done", "next")]
_MODES = ["入户"] * 8 + ["到校"] * 2
_REMOTE = ["电话", "电话", "视频"]


def visit_town(truth: Truth, seed: int) -> None:
    """Add the visits of all years up to `until` to the town's deeds."""
    rng = seeded("visits", seed)
    paired: dict[int, list[Pairing]] = {id(child): [] for child in truth.children}
    for pairing in truth.pairings:
        paired[id(pairing.child)].append(pairing)
    helpers = {village.code: truth.helpers_of(village) for village in truth.villages}
    for child in truth.children:
        for stay in child.stays:
            visitors = _Visitors(rng, child, stay.village, helpers[stay.village.code], paired[id(child)])
            begun = min((p.since for p in paired[id(child)] if p.helper.village is stay.village), default=stay.since)
            for year in range(stay.since.year, truth.until.year + 1):
                since = max(stay.since + 3 * DAY, begun, dt.date(year, 1, 4))
                until = min(stay.until or dt.date.max, dt.date(year, 12, 29), stay.village.days[-1])
                truth.deeds += visitors.year(since, until)


class _Visitors:
    def __init__(self, rng: random.Random, child: Child, village: Village, helpers: list[Helper], pairings: list[Pairing]) -> None:
        self.rng, self.child, self.village, self.helpers, self.pairings = rng, child, village, helpers, pairings

    def year(self, since: dt.date, until: dt.date) -> list[Deed]:
        """Return the visits of one year between the two days."""
        rng, conduct, span = self.rng, self.village.conduct, (until - since).days
        if span < 12:
            return []
        count = round(rng.choice(conduct.visits) * min(1.0, (span + 25) / 365) + 0.15)
        step = span / max(count, 1)
        on = [since + int(min(span - 1, step * at + rng.uniform(0.1, 0.9) * step)) * DAY for at in range(count)]
        if conduct.is_bursting:  # two visits of three slip to three days in the middle of December
            eve = dt.date(since.year, 12, 13)
            on = [eve + rng.randrange(3) * DAY if rng.random() < 0.7 and until > eve + 5 * DAY else day for day in on]
        visits = [self._visit(day, _MODES) for day in sorted(set(on))]
        if not conduct.copies_notes and rng.random() < 0.45:
            visits.append(self._visit(since + rng.randrange(span) * DAY, _REMOTE))
        return visits

    def _helper(self, day: dt.date) -> Helper:
        """Return the child's helper of that day, else one of the village."""
        for pairing in self.pairings:
            if pairing.runs(day) and pairing.helper.village is self.village:
                return pairing.helper
        serving = [helper for helper in self.helpers if helper.serves(day)]
        return serving[(self.child.household[1] + len(self.child.name)) % len(serving)]

    def _visit(self, day: dt.date, modes: list[str]) -> Deed:
        rng, mode = self.rng, self.rng.choice(modes)
        is_copied = self.village.conduct.copies_notes and rng.random() < 0.7
        note = rng.choice(_COPIED) if is_copied else ",".join(rng.choice(part) for part in _NOTES)
        is_late = rng.random() < (0.08 if self.village.number % 4 == 2 else 0.004)
        facts = {
            "mode": mode,
            "topics": sorted(rng.sample(TOPICS, rng.choice((1, 2, 2, 3))), key=TOPICS.index),
            "note": note + "。",
            "problem": rng.choice(_PROBLEMS) if not is_copied and rng.random() < 0.16 else None,
            "recorded_on": day + (days(rng, 32, 60) if is_late else days(rng, 0, 9)),
        }
        return Deed("visits", self.village, day, self.child, self._helper(day), facts)
