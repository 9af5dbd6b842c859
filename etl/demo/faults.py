"""The faults planted in an invented town, as world/faults.toml says what, how often and where.

Breaches are faults of the work itself, put into the truth: entitlements that ran out, children lost, pairings against plan 2.3; whom one
concerns carries the finding's code in its `faults`, so that its ledger row can be named afterwards. Clerical faults are what clerks get
wrong in single cells and rows: only rows without another fault are spoilt, mostly in a village's newest submission.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from etl.demo.ledgers.spelling import children_fields
from etl.demo.ledgers.submissions import Entry, Submission
from etl.demo.world.children import disability_card, limit_of
from etl.demo.world.model import Child, Facts, Record, Truth, age_on, years_after
from etl.demo.world.tables import DAY, WORDS, days, seeded, table

_FAULTS = table("faults")
_REQUIRED: dict[str, str] = _FAULTS["required_of_class"]
Row = tuple[Submission, Entry]


class Planter:
    """Plants faults, in a shuffled order and as many as befit the size of the town; faults.toml names the methods below by `how`."""

    def __init__(self, truth: Truth, seed: int) -> None:
        self.truth, self.seed, self.last, self.size = truth, seed, truth.last_day, len(truth.children)

    def _plant(self, things: Iterable[Any], code: str, per_town: int, spoil: Callable[..., Any], *values: object) -> None:
        """Spoil the first of the things that can be; `spoil` returns who bears the fault, or nothing where it cannot be."""
        count = self._amount(per_town)
        for thing in things:
            if count and (bearer := spoil(thing, *values)):
                bearer.faults.append(code)
                count -= 1

    def _amount(self, per_town: int) -> int:
        """Return how many of a kind of fault this town gets, of so many in one of 320 children."""
        return max(int(self.size >= 120), round(per_town * self.size / 320))

    def _shuffled(self, pool: list[Any]) -> list[Any]:
        return self.rng.sample(pool, len(pool))

    def breach_children(self) -> None:
        """Plant the breaches of children: each child bears one at most, and is registered on the newest day."""
        self.rng, children = seeded("breaches", self.seed), self.truth.children
        grown = [child.stays[-1] for child in children if child.stays[-1].reason.startswith("年满")]
        grown = [stay for stay in grown if stay.until and stay.until > self.last - 200 * DAY and stay.classes != (3,)]
        self._plant(self._shuffled(grown), "eligibility_expired", 4, self._stay_listed)
        for code, count, classes, how, *values in _FAULTS["children"]:
            pool = [child for child in children if len(child.stays) == 1 and child.stays[0].classes in [(c,) for c in classes]]
            pool = [child for child in pool if child.stays[0].runs(child.stays[0].village.days[-1]) and not child.faults]
            self._plant(self._shuffled(pool), code, count, self._breach, how, *values)
        neighbours = list(pairwise(self._sound()))
        pairs = [(a, b) for a, b in neighbours if a.household == b.household and a.stays[0].classes != (3,)]
        pairs = pairs or [(a, b) for a, b in neighbours if a.stays[0].village is b.stays[0].village]
        for pair in self.rng.sample(pairs, min(len(pairs), self._amount(1))):
            pair[1].facts["id_number"] = pair[0].facts["id_number"]
            for child in pair:
                child.faults.append("id_number_shared")
        pool = [child for child in self._sound() if child.stays[0].classes in [(4,), (6,)]]
        self._plant(self._shuffled(pool), "child_in_two_villages", 2, self._live_in_two_villages)

    def _sound(self) -> list[Child]:
        """Return children without a breach in one stay that has no end."""
        return [child for child in self.truth.children if not child.faults and len(child.stays) == 1 and child.stays[0].until is None]

    def _breach(self, child: Child, how: str, *values: object) -> Child | None:
        facts = getattr(self, f"_{how}")(child, *values)
        child.facts |= facts
        return child if facts else None

    def _change(self, child: Child, field: str, value: str, ago: Any, began: str = "") -> Facts:
        """Return a value that stands from a day on, or that day itself, which comes after the fact's beginning."""
        since = self.last - (ago * DAY if isinstance(ago, int) else days(self.rng, *ago))
        before, after = child.facts.get(field), since if value == "-" else value
        is_possible = value != "-" or child.facts.get(began, child.stays[0].since) < since
        return {field: lambda day: after if day >= since else before} if is_possible else {}

    def _stop_reviews(self, child: Child, field: str, ago: list[int], least: int, began: str = "") -> Facts:
        """Leave the last review where it was, `least` days before each reporting day at the least."""
        review = self.last - days(self.rng, *ago)
        is_possible = child.facts.get(began, child.stays[0].since) < review
        return {field: lambda day: min(review, day - least * DAY)} if is_possible else {}

    def _card_until(self, child: Child, within: list[int], direction: int) -> Facts:
        until = self.last + direction * days(self.rng, *within)
        return {"disability_card_until": until} if "disability_card_until" in child.facts else {}

    def _another_level(self, child: Child) -> Facts:
        number = child.facts.get("disability_card_no")
        return {"disability_card_no": number[:19] + str(5 - int(number[19:]))} if number else {}

    def _lose_parents(self, child: Child) -> Facts:
        return {"father_status": "死亡", "mother_status": "死亡"}

    def _get_severe_card(self, child: Child) -> Facts:
        return disability_card(self.rng, WORDS.severe_cards, child.facts["id_number"], self.last)

    def _vanish(self, child: Child) -> Facts:
        stay = child.stays[0]
        before, newest = [dt.date.min, *stay.village.days][-2:]
        stay.hidden_from = newest if stay.since <= before else None
        return {"hidden_from": newest} if stay.hidden_from else {}

    def _stay_listed(self, stay: Record) -> Any:
        stay.until, stay.reason = None, ""
        return stay.child

    def _live_in_two_villages(self, child: Child) -> Child | None:
        stay = child.stays[0]
        places = [village for village in self.truth.villages if village is not stay.village and len(village.days) > 1]
        place = self.rng.choice(places) if places else stay.village
        if place.days[-1] == stay.village.days[-1] or stay.since >= place.days[-2]:
            return None
        names = [other.facts["child_name"] for other in self.truth.children if other.stays[0].village is place]
        if child.facts["child_name"] in names:
            return None
        child.stays.append(Record("children", place, place.days[-1] - days(self.rng, 10, 50), None, child, classes=stay.classes))
        return child

    def breach_pairings(self) -> None:
        """Plant a man alone for a girl of eight, siblings parted, helpers outside the circle, helpers who left.

        Only children who need a family: of others, whom a department covers, nothing more is asked. The child's row carries
        the code; with a helper who left, the pairing's row.
        """
        self.rng = seeded("broken pairings", self.seed)
        homes: dict[tuple[int, int], list[Record]] = defaultdict(list)
        groups: dict[Record, list[Record]] = defaultdict(list)
        lasting = [pairing for pairing in self.truth.of("pairings") if pairing.until is None]
        for pairing in lasting:
            if not pairing.child.faults and _needs_family(pairing):
                homes[pairing.child.household].append(pairing)
        girls = [home[0] for home in homes.values() if len(home) == 1 and home[0].child.facts["sex"] == "女"]
        girls = [pairing for pairing in girls if age_on(pairing.child.facts["born_on"], self.last) > 8]
        self._plant(self._shuffled(girls), "girl_without_female_helper", 4, self._give_to, "男")
        siblings = [home[0] for home in homes.values() if len(home) > 1 and home[0].helper is home[1].helper]
        self._plant(self._shuffled(siblings), "siblings_split", 3, self._give_to, "女")
        for pairing in lasting:
            groups[pairing.helper].append(pairing)
        small = [group for group in groups.values() if len(group) <= 3 and not any(pairing.child.faults for pairing in group)]
        small, count = self._shuffled(small), self._amount(2)
        outside = [group for group in small if any(map(_needs_family, group))][:count]
        for group in outside:
            group[0].helper.facts["category"] = self.rng.choice(["社会爱心人士", "企业职工", "退休教师"])
            for pairing in filter(_needs_family, group):
                pairing.child.faults.append("helper_outside_circle")
        for group in [group for group in small if group not in outside][:count]:
            group[0].helper.until = max(self.last - 120 * DAY, max(pairing.since for pairing in group) + DAY)
            for pairing in group:
                pairing.faults.append("helper_left")

    def _give_to(self, pairing: Record, sex: str) -> Any:
        others = [helper for helper in self.truth.of("helpers", pairing.village) if helper.facts["sex"] == sex]
        others = [helper for helper in others if helper is not pairing.helper and not pairing.child.faults]
        pairing.helper = self.rng.choice(others) if others else pairing.helper
        return pairing.child if others else None

    def mark_uncovered(self) -> None:
        """Mark the children who have neither family nor department on their village's newest day, as the plan asks."""
        pairings = [pairing for pairing in self.truth.of("pairings") if pairing.runs(self.last) and pairing.helper.until is None]
        paired = {pairing.child for pairing in pairings}
        covers = [cover for cover in self.truth.of("department_covers") if cover.since <= self.last]
        covered = {cover.village.code: {5, 6} if cover.facts["class_nos"] == "5-6" else {4, 5, 6} for cover in covers}
        for child in self.truth.children:
            stay = child.stays[-1]
            is_listed = stay.runs(stay.village.days[-1]) and not {"eligibility_expired", "vanished"} & set(child.faults)
            if is_listed and child not in paired and not covered.get(stay.village.code, set()) & set(stay.classes):
                child.faults.append("uncovered_family" if min(stay.classes) <= 3 else "uncovered")

    def breach_visits(self) -> None:
        """Plant visits before the listing or after the delisting of their child, in villages that write one row each."""
        self.rng = seeded("late visits", self.seed)
        pool = [visit for visit in self.truth.of("visits") if visit.village.visits in ("rows", "topics")]
        self._plant(self._shuffled(pool), "visit_before_listing", 2, self._visit_outside, True)
        self._plant(self._shuffled(pool), "visit_after_delisting", 2, self._visit_outside, False)

    def _visit_outside(self, visit: Record, is_early: bool) -> Record | None:
        first, last, day = visit.child.stays[0], visit.child.stays[-1], None
        if is_early and first is last:
            day = first.since - days(self.rng, 5, 30)
        elif not is_early and last.until and last.reason in WORDS.reasons:
            day = last.until + days(self.rng, 3, 40)
        if day is None or day > visit.village.days[-1]:
            return None
        facts = visit.facts | {"recorded_on": None, "mode": "入户"}
        self.truth.records.append(replace(visit, since=day, until=day, facts=facts, faults=[]))
        return self.truth.records[-1]

    def spoil(self, submissions: list[Submission]) -> None:
        """Plant the clerical faults in the town's submissions."""
        self.rng = seeded("faults", self.seed)
        for code, per_town, ledger, how, *values in _FAULTS["cells"]:
            rows = self._sound_rows(submissions, ledger, code in _FAULTS["xlsx_only"])
            self._plant(rows, code, per_town, self._spoil_cells, how, *values)
        newest = [submission for submission in submissions if submission.is_last]
        for submission, entry in self._single_rows(newest, "children"):
            submission.entries["children"].append(Entry(dict(entry.fields), faults=["duplicate_row"]))
        newest = [submission for submission in newest if submission.village.visits == "rows" and submission.village.has_mode]
        for submission, entry in self._single_rows(newest, "visits"):
            entry.cells = {"visited_on": f"{submission.day + days(self.rng, 9, 30)}"}
            entry.faults.append("visit_in_future")
        listing = [submission for submission in submissions if submission.is_last and submission.entries["children"]]
        for submission in [each for each in listing if each.village.number % 5 in (0, 3) and each.village.has_total][:2]:
            submission.faults.add("total_mismatch")
        for submission in [each for each in listing if each.village.number % 9 == 3]:
            submission.faults.add("heading_unknown")

    def _sound_rows(self, submissions: list[Submission], ledger: str, is_xlsx_only: bool) -> list[Row]:
        """Return sound rows of a kind, shuffled, those of newest submissions mostly in front; only where rows stand one by one."""
        rows = []
        for submission in submissions:
            village = submission.village
            ending = village.children_ending if ledger == "children" else village.ending
            is_apart = ledger != "visits" or (village.visits in ("rows", "topics") and village.has_mode)
            if is_apart and (ending == "xlsx" or not is_xlsx_only):
                rows += [(self.rng.random() + 0.6 * (not submission.is_last), submission, entry) for entry in submission.entries[ledger]]
        return [(submission, entry) for _, submission, entry in sorted(rows, key=lambda row: row[0]) if not entry.faults]

    def _single_rows(self, submissions: list[Submission], ledger: str) -> Iterable[Row]:
        """Yield a sound row of some submissions."""
        pool = [submission for submission in submissions if submission.entries[ledger]]
        for submission in self.rng.sample(pool, min(self._amount(2), len(pool))):
            if sound := [entry for entry in submission.entries[ledger] if not entry.faults]:
                yield submission, self.rng.choice(sound)

    def _spoil_cells(self, row: Row, how: str, *values: object) -> Entry | None:
        """Spoil cells, if the sheets on which the row stands have a column for them."""
        submission, entry = row
        cells = getattr(self, f"_{how}")(entry.fields, *values)
        classes = entry.fields.get("class_no", ()) if submission.village.sheets == "class" else ()
        if not cells or not all(set(cells) <= set(children_fields(number)) for number in classes):
            return None
        entry.cells = cells
        return entry

    def _blank(self, row: Facts, *fields: str) -> Facts:
        filled = [field for field in fields if row.get(field) not in (None, "—")]
        return {self.rng.choice(filled): ""} if filled else {}

    def _blank_of_class(self, row: Facts) -> Facts:
        return self._blank(row, *(_REQUIRED[str(number)] for number in row["class_no"] if str(number) in _REQUIRED))

    def _put(self, row: Facts, field: str, *values: object) -> Facts:
        return {field: self.rng.choice(values)} if row.get(field) not in (None, "—") else {}

    def _as_number(self, row: Facts) -> Facts:
        """Type the ID number as a number: fifteen digits stay."""
        return {} if "X" in row["id_number"] else {"id_number": int(row["id_number"][:15]) * 1000}

    def _wrong_check_digit(self, row: Facts) -> Facts:
        body, digit = row["id_number"][:17], row["id_number"][17]
        return {"id_number": f"{body}{(int(digit) + self.rng.randint(1, 8)) % 10}"} if digit != "X" else {}

    def _other_birth(self, row: Facts) -> Facts:
        return {"born_on": f"{row['born_on'] + days(self.rng, 60, 120)}"}

    def _other_sex(self, row: Facts) -> Facts:
        return {"sex": "女" if row["sex"] == "男" else "男"}

    def _unknown_person(self, row: Facts, name: str, number: str, rest: str) -> Facts:
        return {name: self.rng.choice(WORDS.surnames) + rest, number: ""}


def _needs_family(pairing: Record) -> bool:
    """Return whether the child is of class 1–3, or no department of the village helps; not about to outgrow the class."""
    stay = pairing.child.stays[-1]
    day = stay.village.days[-1]
    is_young = years_after(pairing.child.facts["born_on"], limit_of(stay.classes)) > day + 40 * DAY
    return is_young and stay.runs(day) and (min(stay.classes) <= 3 or not stay.village.has_cover)
