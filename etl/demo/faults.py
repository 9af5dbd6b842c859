"""The faults planted in an invented town (world/faults.toml): breaches of the work itself, put into the truth, then those of clerks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from etl.demo.ledgers.books import children_fields
from etl.demo.ledgers.submissions import Entry, Submission
from etl.demo.world.chance import DAY, WORDS, Chance, table
from etl.demo.world.children import disability_card, limit_of
from etl.demo.world.model import Child, Facts, Record, Truth, age_on, years_after

_FAULTS = table("faults")
Row = tuple[Submission, Entry]


class Planter:
    """Plants faults in a shuffled order, as many as befit the size of the town."""

    def __init__(self, truth: Truth, seed: int) -> None:
        self.truth, self.seed, self.last, self.size = truth, seed, truth.last, len(truth.children)

    def _amount(self, per_town: int) -> int:
        """Return how many of a kind of fault this town gets, of so many in one of 320 children."""
        return max(int(self.size >= 120), round(per_town * self.size / 320))

    def _plant(self, things: Iterable[Any], code: str, per_town: int, spoil: Callable[..., Any], *values: object) -> None:
        """Spoil the first of the things that can be; `spoil` returns who bears the fault, or nothing where it cannot be."""
        count = self._amount(per_town)
        for thing in things:
            if count and (bearer := spoil(thing, *values)):
                bearer.faults.append(code)
                count -= 1

    def _shuffled(self, pool: list[Any]) -> list[Any]:
        return self.rng.sample(pool, len(pool))

    def breach_children(self) -> None:
        """Plant the breaches of children: each child bears one at most, and is registered on the newest day."""
        self.rng, children = Chance(f"breaches {self.seed}"), self.truth.children
        grown = [child.stays[-1] for child in children if child.stays[-1].reason.startswith("年满")]
        grown = [stay for stay in grown if stay.until and stay.until > self.last - 200 * DAY and stay.classes != (3,)]
        for stay in self._shuffled(grown)[: self._amount(4)]:
            stay.until, stay.reason = None, ""
            stay.child.faults.append("eligibility_expired")
        for code, count, classes, how, *values in _FAULTS["children"]:
            pool = [child for child in self._sound(classes) if child.stays[0].runs(child.stays[0].village.days[-1])]
            self._plant(self._shuffled(pool), code, count, self._breach, how, *values)
        pairs = [pair for pair in pairwise(self._sound()) if pair[0].stays[0].village is pair[1].stays[0].village]
        siblings = [pair for pair in pairs if pair[0].household == pair[1].household and pair[0].stays[0].classes != (3,)]
        for pair in self.rng.sample(siblings or pairs, min(len(siblings or pairs), self._amount(1))):
            pair[1].facts["id_number"] = pair[0].facts["id_number"]
            for child in pair:
                child.faults.append("id_number_shared")
        self._plant(self._shuffled(self._sound((4, 6))), "child_in_two_villages", 2, self._live_in_two_villages)

    def _sound(self, classes: Iterable[int] | None = None) -> list[Child]:
        """Return children without a breach in one stay without an end, of one of these classes alone."""
        sound = [child for child in self.truth.children if not child.faults and len(child.stays) == 1 and child.stays[0].until is None]
        return [child for child in sound if classes is None or child.stays[0].classes in [(number,) for number in classes]]

    def _breach(self, child: Child, how: str, *values: Any) -> Child | None:
        """Give a child other facts by the town's last day, where they can be."""
        stay, last, facts = child.stays[0], self.last, Facts()
        match [how, *values]:
            case ["change", field, value, ago]:
                changed, before = last - ago * DAY, child.facts[field]
                facts = {field: lambda day: value if day >= changed else before}
            case ["end", field, ago, began]:
                ended, before = last - self.rng.days(*ago), child.facts.get(field)
                if child.facts.get(began, stay.since) < ended:
                    facts = {field: lambda day: ended if day >= ended else before}
            case ["stop_reviews", field, ago, least, began]:  # the last one stays `least` days before each reporting day
                review = last - self.rng.days(*ago)
                if child.facts.get(began, stay.since) < review:
                    facts = {field: lambda day: min(review, day - least * DAY)}
            case ["card_until", within, direction]:
                until = last + direction * self.rng.days(*within)
                facts = {"disability_card_until": until} if "disability_card_until" in child.facts else {}
            case ["another_level"] if "disability_card_no" in child.facts:
                number = child.facts["disability_card_no"]
                facts = {"disability_card_no": number[:19] + str(5 - int(number[19:]))}
            case ["lose_parents"]:
                facts = {"father_status": "死亡", "mother_status": "死亡"}
            case ["get_severe_card"]:
                facts = disability_card(self.rng, WORDS.severe_cards, child.facts["id_number"], last)
            case ["vanish"] if stay.since <= [dt.date.min, *stay.village.days][-2]:
                stay.hidden_from = stay.village.days[-1]
                return child
        child.facts |= facts
        return child if facts else None

    def _live_in_two_villages(self, child: Child) -> Child | None:
        stay, name = child.stays[0], child.facts["child_name"]
        places = [village for village in self.truth.villages if village is not stay.village and len(village.days) > 1]
        place = self.rng.choice(places) if places else stay.village
        neighbours = [other.facts["child_name"] for other in self.truth.children if other.stays[0].village is place]
        if place.days[-1] == stay.village.days[-1] or stay.since >= place.days[-2] or name in neighbours:
            return None
        child.stays.append(Record("children", place, place.days[-1] - self.rng.days(10, 50), None, child, classes=stay.classes))
        return child

    def breach_pairings(self) -> None:
        """Plant a man alone for a girl of eight, siblings parted, helpers outside the circle or gone, all of children who need a family."""
        self.rng = Chance(f"broken pairings {self.seed}")
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
            group[0].helper.until = max(self.last - 120 * DAY, *(pairing.since + DAY for pairing in group))
            for pairing in group:
                pairing.faults.append("helper_left")
        self._mark_uncovered()

    def _give_to(self, pairing: Record, sex: str) -> Any:
        others = [helper for helper in self.truth.of("helpers", pairing.village) if helper.facts["sex"] == sex]
        others = [helper for helper in others if helper is not pairing.helper and not pairing.child.faults]
        pairing.helper = self.rng.choice(others) if others else pairing.helper
        return pairing.child if others else None

    def _mark_uncovered(self) -> None:
        """Mark the children who have neither family nor department on their village's newest day, as the plan asks."""
        paired = {pairing.child for pairing in self.truth.of("pairings") if pairing.runs(self.last) and pairing.helper.until is None}
        covers = [cover.village for cover in self.truth.of("department_covers") if cover.since <= self.last]
        covered = {village.code: {4, 5, 6} if village.covers_poor else {5, 6} for village in covers}
        for child in self.truth.children:
            stay = child.stays[-1]
            is_listed = stay.runs(stay.village.days[-1]) and not {"eligibility_expired", "vanished"} & set(child.faults)
            needs_family = min(stay.classes) <= 3
            if is_listed and child not in paired and (needs_family or not covered.get(stay.village.code, set()) & set(stay.classes)):
                child.faults.append("uncovered_family" if needs_family else "uncovered")

    def breach_visits(self) -> None:
        """Plant visits before the listing or after the delisting of their child, in villages that write one row each."""
        self.rng = Chance(f"late visits {self.seed}")
        pool = [visit for visit in self.truth.of("visits") if visit.village.visits in ("rows", "topics")]
        self._plant(self._shuffled(pool), "visit_before_listing", 2, self._visit_outside, True)
        self._plant(self._shuffled(pool), "visit_after_delisting", 2, self._visit_outside, False)

    def _visit_outside(self, visit: Record, is_early: bool) -> Record | None:
        first, last, day = visit.child.stays[0], visit.child.stays[-1], None
        if is_early and first is last:
            day = first.since - self.rng.days(5, 30)
        elif not is_early and last.until and last.reason in WORDS.reasons:
            day = last.until + self.rng.days(3, 40)
        if day is None or day > visit.village.days[-1]:
            return None
        facts = visit.facts | {"recorded_on": None, "mode": "入户"}
        self.truth.records.append(replace(visit, since=day, until=day, facts=facts, faults=[]))
        return self.truth.records[-1]

    def spoil(self, submissions: list[Submission]) -> None:
        """Plant the clerical faults in the town's submissions."""
        self.rng = Chance(f"faults {self.seed}")
        for code, per_town, ledger, how, *values in _FAULTS["cells"]:
            rows = self._sound_rows(submissions, ledger, code in _FAULTS["xlsx_only"])
            self._plant(rows, code, per_town, self._spoil_cells, how, *values)
        newest = [submission for submission in submissions if submission.is_last]
        for submission, entry in self._single_rows(newest, "children"):
            submission.entries["children"].append(Entry(dict(entry.fields), faults=["duplicate_row"]))
        dated = [submission for submission in newest if submission.village.visits == "rows" and submission.village.has_mode]
        for submission, entry in self._single_rows(dated, "visits"):
            entry.cells = {"visited_on": f"{submission.day + self.rng.days(9, 30)}"}
            entry.faults.append("visit_in_future")
        listing = [submission for submission in newest if submission.entries["children"]]
        totals = [submission for submission in listing if submission.village.number % 5 in (0, 3) and submission.village.has_total]
        for submission in totals[:2]:
            submission.faults.add("total_mismatch")
        for submission in [submission for submission in listing if submission.village.number % 9 == 3]:
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
        pool = [submission for submission in submissions if submission.entries[ledger]]
        for submission in self.rng.sample(pool, min(self._amount(2), len(pool))):
            if sound := [entry for entry in submission.entries[ledger] if not entry.faults]:
                yield submission, self.rng.choice(sound)

    def _spoil_cells(self, row: Row, how: str, *values: Any) -> Entry | None:
        """Spoil cells of a row where they can be and the sheets on which it stands have a column for them."""
        (submission, entry), rng, cells = row, self.rng, Facts()
        fields, id_number = entry.fields, entry.fields.get("id_number", "")
        classes = fields.get("class_no", ())
        if how == "blank_of_class":
            values = tuple(values[0][f"{number}"] for number in classes if f"{number}" in values[0])
        match [how, *values]:
            case ["blank" | "blank_of_class", *names] if filled := [name for name in names if fields.get(name) not in (None, "—")]:
                cells = {rng.choice(filled): ""}
            case ["put", name, *texts] if fields.get(name) not in (None, "—"):
                cells = {name: rng.choice(texts)}
            case ["as_number"] if "X" not in id_number:  # fifteen digits stay
                cells = {"id_number": int(id_number[:15]) * 1000}
            case ["wrong_check_digit"] if "X" not in id_number:
                cells = {"id_number": f"{id_number[:17]}{(int(id_number[17]) + rng.randint(1, 8)) % 10}"}
            case ["other_birth"]:
                cells = {"born_on": f"{fields['born_on'] + rng.days(60, 120)}"}
            case ["other_sex"]:
                cells = {"sex": "女" if fields["sex"] == "男" else "男"}
            case ["unknown_person", name, number, rest]:
                cells = {name: rng.choice(WORDS.surnames) + rest, number: ""}
        sheets = [children_fields(number) for number in classes if submission.village.sheets == "class"]
        is_possible = cells and all(set(cells) <= set(columns) for columns in sheets)
        entry.cells = cells if is_possible else entry.cells
        return entry if is_possible else None


def _needs_family(pairing: Record) -> bool:
    """Return whether the child is of class 1–3, or no department of the village helps; not about to outgrow the class."""
    stay = pairing.child.stays[-1]
    day = stay.village.days[-1]
    is_young = years_after(pairing.child.facts["born_on"], limit_of(stay.classes)) > day + 40 * DAY
    return is_young and stay.runs(day) and (min(stay.classes) <= 3 or not stay.village.has_cover)
