"""The faults planted in an invented town, as world/faults.toml says what, how often and where.

Breaches are faults of the work itself, put into the truth: entitlements that ran out, children lost, pairings against plan 2.3; whom one
concerns carries the finding's code in its `faults`, so that its ledger row can be named afterwards. Clerical faults are what clerks get
wrong in single cells and rows: only rows without another fault are spoilt, mostly in a village's newest submission.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from etl.demo.ledgers.columns import children_fields
from etl.demo.ledgers.submissions import Entry, Submission
from etl.demo.world.children import disability_card, limit_of
from etl.demo.world.model import Child, Facts, Record, Truth, age_on, years_after
from etl.demo.world.tables import DAY, WORDS, days, seeded, table

_FAULTS = table("faults")
_REQUIRED: dict[str, str] = _FAULTS["required_of_class"]


def _amount(children: int, per_town: int) -> int:
    """Return how many of a kind of fault a town of this size gets, of so many in one of 320 children."""
    return max(int(children >= 120), round(per_town * children / 320))


def _plant(things: Iterable[Any], code: str, count: int, spoil: Callable[..., Any], *values: object) -> None:
    """Spoil so many of the things, as far as they can be; `spoil` returns who bears the fault, or nothing where it cannot be."""
    for thing in things:
        if count and (bearer := spoil(thing, *values)):
            bearer.faults.append(code)
            count -= 1


def _shuffled(rng: random.Random, pool: list[Any]) -> list[Any]:
    return rng.sample(pool, len(pool))


# Breaches: what becomes of a child's facts by the town's last day; nothing where it cannot be.


def _change(rng: random.Random, child: Child, last: dt.date, field: str, value: str, ago: Any, began: str = "") -> Facts:
    """Return a value, or the day itself, that stands from a day on."""
    since = last - (ago * DAY if isinstance(ago, int) else days(rng, *ago))
    before, after = child.facts.get(field), since if value == "-" else value
    is_possible = value != "-" or (child.facts[began] if began else child.stays[-1].since) < since
    return {field: lambda day: after if day >= since else before} if is_possible else {}


def _stop_reviews(rng: random.Random, child: Child, last: dt.date, field: str, ago: list[int], least: int, began: str = "") -> Facts:
    """Leave the last review where it was, `least` days before each reporting day at the least."""
    review = last - days(rng, *ago)
    is_possible = (child.facts[began] if began else child.stays[-1].since) < review
    return {field: lambda day: min(review, day - least * DAY)} if is_possible else {}


def _card_until(rng: random.Random, child: Child, last: dt.date, within: list[int], direction: int) -> Facts:
    until = last + direction * days(rng, *within)
    return {"disability_card_until": until} if "disability_card_until" in child.facts else {}


def _another_level(rng: random.Random, child: Child, last: dt.date) -> Facts:
    number = child.facts.get("disability_card_no")
    return {"disability_card_no": number[:19] + str(5 - int(number[19:]))} if number else {}


def _vanish(rng: random.Random, child: Child, last: dt.date) -> Child | None:
    stay = child.stays[-1]
    before, newest = [dt.date.min, *stay.village.days][-2:]
    stay.hidden_from = newest if stay.since <= before else None
    return child if stay.hidden_from else None


CHILD_BREACHES: dict[str, Callable[..., Any]] = {
    "card_until": _card_until,
    "change": _change,
    "stop_reviews": _stop_reviews,
    "another_level": _another_level,
    "vanish": _vanish,
    "lose_parents": lambda rng, child, last: {"father_status": "死亡", "mother_status": "死亡"},
    "get_severe_card": lambda rng, child, last: disability_card(rng, WORDS.severe_cards, child.facts["id_number"], last),
}


def breach_children(truth: Truth, seed: int) -> None:
    """Plant the breaches of children: each child bears one at most, and is registered on the newest day."""
    rng, last, size = seeded("breaches", seed), truth.last_day, len(truth.children)

    def breach(child: Child, how: str, *values: object) -> Child | None:
        facts = CHILD_BREACHES[how](rng, child, last, *values)
        if isinstance(facts, dict):
            child.facts |= facts
        return child if facts else None

    def stay_listed(child: Child) -> Child:
        child.stays[-1].until, child.stays[-1].reason = None, ""
        return child

    grown = [child for child in truth.children if _grew_up_since(child.stays[-1], last - 200 * DAY)]
    _plant(_shuffled(rng, grown), "eligibility_expired", _amount(size, 4), stay_listed)
    for code, count, classes, how, *values in _FAULTS["children"]:
        pool = [child for child in truth.children if len(child.stays) == 1 and child.stays[0].classes in [(c,) for c in classes]]
        pool = [child for child in pool if child.stays[0].runs(child.stays[0].village.days[-1]) and not child.faults]
        _plant(_shuffled(rng, pool), code, _amount(size, count), breach, how, *values)
    _share_numbers(rng, truth)
    _live_in_two_villages(rng, truth)


def _grew_up_since(stay: Record, day: dt.date) -> bool:
    """Return whether the stay ended for the child's age after the day; the few of class 3 are left out."""
    return stay.reason.startswith("年满") and stay.until is not None and stay.until > day and stay.classes != (3,)


def _sound(truth: Truth) -> list[Child]:
    """Return children without a breach in one stay that has no end."""
    return [child for child in truth.children if not child.faults and len(child.stays) == 1 and child.stays[0].until is None]


def _share_numbers(rng: random.Random, truth: Truth) -> None:
    """Write a sibling, or else any child of the village, down with another's ID number."""
    neighbours = list(pairwise(_sound(truth)))
    pairs = [(a, b) for a, b in neighbours if a.household == b.household and a.stays[0].classes != (3,)]
    pairs = pairs or [(a, b) for a, b in neighbours if a.stays[0].village is b.stays[0].village]
    for pair in rng.sample(pairs, min(len(pairs), _amount(len(truth.children), 1))):
        pair[1].facts["id_number"] = pair[0].facts["id_number"]
        for child in pair:
            child.faults.append("id_number_shared")


def _live_in_two_villages(rng: random.Random, truth: Truth) -> None:
    def move(child: Child) -> Child | None:
        stay = child.stays[0]
        places = [village for village in truth.villages if village is not stay.village and len(village.days) > 1]
        place = rng.choice(places) if places else stay.village
        if place.days[-1] == stay.village.days[-1] or stay.since >= place.days[-2]:
            return None
        if any(other.facts["child_name"] == child.facts["child_name"] for other in truth.children if other.stays[0].village is place):
            return None
        child.stays.append(Record("children", place, place.days[-1] - days(rng, 10, 50), None, child, classes=stay.classes))
        return child

    pool = [child for child in _sound(truth) if child.stays[0].classes in [(4,), (6,)]]
    _plant(_shuffled(rng, pool), "child_in_two_villages", _amount(len(truth.children), 2), move)


def breach_pairings(truth: Truth, seed: int) -> None:
    """Plant a man alone for a girl of eight, siblings parted, helpers outside the circle, helpers who left.

    Only children who need a family: of others, whom a department covers, nothing more is asked. The child's row carries
    the code; with a helper who left, the pairing's row.
    """
    rng, size = seeded("broken pairings", seed), len(truth.children)

    def give_to(pairing: Record, sex: str) -> Any:
        others = [h for h in truth.of("helpers", pairing.village) if h.facts["sex"] == sex and h is not pairing.helper]
        if not others or pairing.child.faults:
            return None
        pairing.helper = rng.choice(others)
        return pairing.child

    needing: dict[tuple[int, int], list[Record]] = defaultdict(list)
    for pairing in truth.of("pairings"):
        if pairing.until is None and not pairing.child.faults and _needs_family(pairing):
            needing[pairing.child.household].append(pairing)
    alone = [home[0] for home in needing.values() if len(home) == 1]
    girls = [p for p in alone if p.child.facts["sex"] == "女" and age_on(p.child.facts["born_on"], truth.last_day) > 8]
    _plant(_shuffled(rng, girls), "girl_without_female_helper", _amount(size, 4), give_to, "男")
    siblings = [home[0] for home in needing.values() if len(home) > 1 and home[0].helper is home[1].helper]
    _plant(_shuffled(rng, siblings), "siblings_split", _amount(size, 3), give_to, "女")
    _spoil_helpers(rng, truth)


def _needs_family(pairing: Record) -> bool:
    """Return whether the child is of class 1–3, or no department of the village helps; not about to outgrow the class."""
    stay = pairing.child.stays[-1]
    day = stay.village.days[-1]
    is_young = years_after(pairing.child.facts["born_on"], limit_of(stay.classes)) > day + 40 * DAY
    return is_young and stay.runs(day) and (min(stay.classes) <= 3 or not stay.village.has_cover)


def _spoil_helpers(rng: random.Random, truth: Truth) -> None:
    """Let some helpers with one to three children come from outside the circle, and others leave without an end written."""
    by_helper: dict[Record, list[Record]] = defaultdict(list)
    for pairing in truth.of("pairings"):
        if pairing.until is None:
            by_helper[pairing.helper].append(pairing)
    small = [group for group in by_helper.values() if len(group) <= 3 and not any(pairing.child.faults for pairing in group)]
    small = _shuffled(rng, small)
    count = _amount(len(truth.children), 2)
    outside = [group for group in small if any(map(_needs_family, group))][:count]
    for group in outside:
        group[0].helper.facts["category"] = rng.choice(["社会爱心人士", "企业职工", "退休教师"])
        for pairing in filter(_needs_family, group):
            pairing.child.faults.append("helper_outside_circle")
    for group in [group for group in small if group not in outside][:count]:
        group[0].helper.until = max(truth.last_day - 120 * DAY, max(pairing.since for pairing in group) + DAY)
        for pairing in group:
            pairing.faults.append("helper_left")


def mark_uncovered(truth: Truth) -> None:
    """Mark the children who have neither family nor department on their village's newest day, as the plan asks."""
    paired = {pairing.child for pairing in truth.of("pairings") if pairing.runs(truth.last_day) and pairing.helper.until is None}
    covers = [cover for cover in truth.of("department_covers") if cover.since <= truth.last_day]
    covered = {cover.village.code: {5, 6} if cover.facts["class_nos"] == "5-6" else {4, 5, 6} for cover in covers}
    for child in truth.children:
        stay = child.stays[-1]
        is_out = not stay.runs(stay.village.days[-1]) or {"eligibility_expired", "vanished"} & set(child.faults)
        if is_out or child in paired:
            continue
        if min(stay.classes) <= 3:
            child.faults.append("uncovered_family")
        elif not covered.get(stay.village.code, set()) & set(stay.classes):
            child.faults.append("uncovered")


def breach_visits(truth: Truth, seed: int) -> None:
    """Plant visits before the listing or after the delisting of their child, in villages that write one row each."""
    rng = seeded("late visits", seed)
    pool = [visit for visit in truth.of("visits") if visit.village.visits in ("rows", "topics")]

    def add(visit: Record, day_of: Callable[..., dt.date | None]) -> Record | None:
        if not (day := day_of(visit.child.stays)) or day > visit.village.days[-1]:
            return None
        facts = visit.facts | {"recorded_on": None, "mode": "入户"}
        truth.records.append(replace(visit, since=day, until=day, facts=facts, faults=[]))
        return truth.records[-1]

    def before_listing(stays: list[Record]) -> dt.date | None:
        return stays[0].since - days(rng, 5, 30) if len(stays) == 1 else None

    def after_delisting(stays: list[Record]) -> dt.date | None:
        return stays[-1].until + days(rng, 3, 40) if stays[-1].until and stays[-1].reason in WORDS.reasons else None

    for code, day_of in (("visit_before_listing", before_listing), ("visit_after_delisting", after_delisting)):
        _plant(_shuffled(rng, pool), code, _amount(len(truth.children), 2), add, day_of)


# Clerical faults: each takes the fields of a row and returns the cells that are spoilt; nothing where it cannot be.


def _blank(rng: random.Random, row: Facts, *fields: str) -> Facts:
    filled = [field for field in fields if row.get(field) not in (None, "—")]
    return {rng.choice(filled): ""} if filled else {}


def _wrong_check_digit(rng: random.Random, row: Facts) -> Facts:
    number = row["id_number"]
    return {"id_number": number[:17] + str((int(number[17]) + rng.randint(1, 8)) % 10)} if number[17] != "X" else {}


CELL_FAULTS: dict[str, Callable[..., Facts]] = {
    "blank": _blank,
    "blank_of_class": lambda rng, row: _blank(rng, row, *(_REQUIRED[str(no)] for no in row["class_no"] if str(no) in _REQUIRED)),
    "put": lambda rng, row, field, *values: {field: rng.choice(values)} if row.get(field) not in (None, "—") else {},
    # An ID number typed as a number: fifteen digits stay.
    "as_number": lambda rng, row: {} if "X" in row["id_number"] else {"id_number": int(row["id_number"][:15]) * 1000},
    "wrong_check_digit": _wrong_check_digit,
    "other_birth": lambda rng, row: {"born_on": f"{row['born_on'] + days(rng, 60, 120)}"},
    "other_sex": lambda rng, row: {"sex": "女" if row["sex"] == "男" else "男"},
    "unknown_person": lambda rng, row, name, number, rest: {name: rng.choice(WORDS.surnames) + rest, number: ""},
}


def spoil(submissions: list[Submission], children: int, seed: int) -> None:
    """Plant the clerical faults in a town's submissions."""
    rng = seeded("faults", seed)

    def spoil_cells(place: tuple[Submission, Entry], ledger: str, how: str, *values: object) -> Entry | None:
        submission, entry = place
        cells = CELL_FAULTS[how](rng, entry.fields, *values)
        if not cells or not (ledger != "children" or _is_shown(submission, entry, cells)):
            return None
        entry.cells = cells
        return entry

    for code, per_town, ledger, how, *values in _FAULTS["cells"]:
        rows = _sound_rows(rng, submissions, ledger, code in _FAULTS["xlsx_only"])
        _plant(rows, code, _amount(children, per_town), spoil_cells, ledger, how, *values)
    newest = [submission for submission in submissions if submission.is_last]
    for submission, entry in _single_rows(rng, newest, "children", _amount(children, 2)):
        submission.entries["children"].append(Entry(dict(entry.fields), faults=["duplicate_row"]))
    newest = [submission for submission in newest if submission.village.visits == "rows" and submission.village.has_mode]
    for submission, entry in _single_rows(rng, newest, "visits", _amount(children, 2)):
        entry.cells = {"visited_on": f"{submission.day + days(rng, 9, 30)}"}
        entry.faults.append("visit_in_future")


def _is_shown(submission: Submission, entry: Entry, cells: Facts) -> bool:
    """Return whether the sheets on which a child's row stands have a column for what is spoilt."""
    by_class = submission.village.sheets == "class"
    return not by_class or all(set(cells) <= set(children_fields(number)) for number in entry.fields["class_no"])


def _sound_rows(rng: random.Random, submissions: list[Submission], ledger: str, is_xlsx_only: bool) -> list[tuple[Submission, Entry]]:
    """Return sound rows of a kind, shuffled, those of newest submissions mostly in front; only where rows stand one by one."""
    rows = []
    for submission in submissions:
        village = submission.village
        ending = village.children_ending or village.ending if ledger == "children" else village.ending
        is_apart = ledger != "visits" or (village.visits in ("rows", "topics") and village.has_mode)
        if is_apart and (ending == "xlsx" or not is_xlsx_only):
            rows += [(rng.random() + 0.6 * (not submission.is_last), submission, entry) for entry in submission.entries[ledger]]
    return [(submission, entry) for _, submission, entry in sorted(rows, key=lambda row: row[0]) if not entry.faults]


def _single_rows(rng: random.Random, submissions: list[Submission], ledger: str, count: int) -> Iterable[tuple[Submission, Entry]]:
    """Yield a sound row of each of so many submissions."""
    pool = [submission for submission in submissions if submission.entries[ledger]]
    for submission in rng.sample(pool, min(count, len(pool))):
        if sound := [entry for entry in submission.entries[ledger] if not entry.faults]:
            yield submission, rng.choice(sound)
