"""What is done for children over the years (plan 3.2): visits as each village makes them (steady, too few, in one burst, or copied);
difficulties, training, policy cards, reports of danger, care events.
"""

import datetime as dt
import random
from functools import partial

from etl.demo.world import names
from etl.demo.world.chance import DAY, days, seeded
from etl.demo.world.model import Child, Deed, Helper, Pairing, Stay, Truth, Village
from etl.demo.world.tables import table, words

_words = partial(words, "visits")
TOPICS, _COPIED, _PROBLEMS = map(_words, ("topics", "copied", "problems"))
_NOTES = [_words(part) for part in ("seen", "home", "done", "next")]
_MODES = ["入户"] * 8 + ["到校"] * 2
_REMOTE = ["电话", "电话", "视频"]
_NEEDS: dict[str, str] = table("words")["duties"]["needs"]
_FESTIVALS: dict[str, list[int]] = table("words")["duties"]["festivals"]
_SITUATIONS, _RECEIVERS = map(partial(words, "duties"), ("situations", "receivers"))


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


def do_duties(truth: Truth, seed: int) -> None:
    """Add needs, trainings, cards, reports and care events up to each village's last reporting day."""
    rng = seeded("duties", seed)
    for child in truth.children:
        for stay in child.stays:
            truth.deeds += _needs(rng, child, stay) + _care(rng, child, stay, truth.until.year)
    for village in truth.villages:
        helpers = truth.helpers_of(village)
        truth.deeds += _trainings(rng, village, helpers, truth.until.year) + _cards(rng, village, helpers)
    truth.deeds += _reports(rng, truth)


def _needs(rng: random.Random, child: Child, stay: Stay) -> list[Deed]:
    """Return a difficulty now and then, with its day to be solved by; how many are solved is the village's conduct."""
    needs, on = [], stay.since + days(rng, 10, 900)
    end = min(stay.until or dt.date.max, stay.village.days[-1])
    while on < end:
        category, allowed = rng.choice(list(_NEEDS)), rng.choice((30, 60, 90))
        passed = days(rng, 8, allowed - 5) if rng.random() < 0.85 else days(rng, allowed, allowed + 60)
        facts = {
            "category": category,
            "description": rng.choice(_NEEDS[category].split()),
            "due_on": on + allowed * DAY,
            "department": rng.choice(names.TOWN_UNITS + names.COUNTY_UNITS),
            "joint_meeting": "是" if rng.random() < 0.12 else "否",
            "resolved_on": on + passed if rng.random() < stay.village.conduct.solved else None,
        }
        needs.append(Deed("needs", stay.village, on, child, facts=facts))
        on += days(rng, 150, 1500)
    return needs


def _care(rng: random.Random, child: Child, stay: Stay, last_year: int) -> list[Deed]:
    """Return the five occasions of each year while the child is listed, kept as often as the village does."""
    events = []
    for year in range(stay.since.year, last_year + 1):
        month, day = _FESTIVALS.get(str(year), (2, 1))
        occasions = {
            "春节": dt.date(year, month, day) - days(rng, 2, 9),
            "寒假": dt.date(year, 2, rng.randint(1, 25)),
            "儿童节": dt.date(year, 6, 1) - days(rng, 0, 3),
            "暑假": dt.date(year, 7, rng.randint(8, 31)),
            "生日": dt.date(year, child.born_on.month, min(child.born_on.day, 28)),
        }
        for occasion, on in occasions.items():
            if stay.runs(on) and on <= stay.village.days[-1] and rng.random() < stay.village.conduct.cared:
                events.append(Deed("care_events", stay.village, on, child, facts={"occasion": occasion}))
    return events


def _trainings(rng: random.Random, village: Village, helpers: list[Helper], last_year: int) -> list[Deed]:
    """Return one training a year for almost every helper, a second one for some."""
    trainings = []
    for year in range(village.days[0].year - (village.days[0].month < 6), last_year + 1):
        for month, topic, share in (
            (rng.randint(5, 6), "未成年人保护政策培训", village.conduct.trained),
            (10, "强制报告与心理关爱培训", 0.35),
        ):
            on = dt.date(year, month, rng.randint(6, 27))
            if on <= village.days[-1]:
                trained = [helper for helper in helpers if helper.joined_on <= on and helper.serves(on) and rng.random() < share]
                trainings += [Deed("trainings", village, on, helper=helper, facts={"topic": topic}) for helper in trained]
    return trainings


def _cards(rng: random.Random, village: Village, helpers: list[Helper]) -> list[Deed]:
    """Return the policy cards: almost all before the first ledger, the others in the spring after."""
    cards, first = [], village.days[0]
    for helper in helpers:
        if helper.joined_on <= first and helper.serves(first):
            on = first - days(rng, 10, 90) if rng.random() < 0.91 else first + days(rng, 20, 70)
            if on <= village.days[-1] and helper.serves(on):
                cards.append(Deed("policy_cards", village, on, helper=helper, facts={"edition": f"{on.year}版"}))
    return cards


def _reports(rng: random.Random, truth: Truth) -> list[Deed]:
    """Return a report of danger for one child in thirty; the last of them comes too late, which is planted."""
    reports = []
    for child in rng.sample(truth.children, (len(truth.children) + 29) // 30):
        stay = child.stays[0]
        room = (min(stay.until or dt.date.max, stay.village.days[-1]) - stay.since).days
        if room < 25:
            continue
        on = stay.since + rng.randrange(5, room - 8) * DAY
        facts = {
            "reported_on": on + rng.choice((0, 0, 0, 1)) * DAY,
            "situation": rng.choice(_SITUATIONS),
            "reported_to": rng.choice(_RECEIVERS),
            "fed_back": "是" if rng.random() < 0.85 else "否",
        }
        reports.append(Deed("safety_reports", stay.village, on, child, facts=facts))
    for report in reports[-1:]:
        report.facts["reported_on"] = report.on + 5 * DAY
        report.faults.append("report_late")
    return reports
