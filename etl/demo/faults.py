"""The faults planted in an invented town, as world/faults.toml says what, how often and where.

Breaches are faults of the work itself, put into the truth: entitlements that ran out, children lost, pairings against plan 2.3; whom one
concerns carries the finding's code in its `faults`, so that its ledger row can be named afterwards. Clerical faults are what clerks get
wrong in single cells and rows: only rows without another fault are spoilt, mostly in a village's newest submission.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from etl.demo.ledgers.columns import children_fields
from etl.demo.ledgers.styles import style_of
from etl.demo.ledgers.submissions import Entry, Submission
from etl.demo.world import names
from etl.demo.world.chance import DAY, days, seeded
from etl.demo.world.children import REASONS, SEVERE_CARDS, disability_card, limit_of, years_after
from etl.demo.world.model import Child, Pairing, Stay, Truth, Village
from etl.demo.world.tables import table

_FAULTS = table("faults")
CHILD_BREACHES, CLERICAL_FAULTS = _FAULTS["children"], _FAULTS["cells"]
_REQUIRED: dict[str, str] = _FAULTS["required_of_class"]
Cells = dict[str, object] | None

# Breaches: each puts one into a child where it can be, by the town's last day; says whether it did.


def _set(child: Child, field: str, value: object, is_possible: bool = True) -> bool:
    if is_possible:
        child.facts[field] = value
    return is_possible


def _began(child: Child, field: str) -> dt.date:
    """Return the day of a fact, else of the listing."""
    day: dt.date = child.facts[field] if field else child.stays[-1].since
    return day


def _card_until(rng: random.Random, child: Child, last: dt.date, within: list[int], direction: int) -> bool:
    until = last + direction * days(rng, *within)
    return _set(child, "disability_card_until", until, "disability_card_until" in child.facts)


def _change(rng: random.Random, child: Child, last: dt.date, field: str, value: str, ago: int) -> bool:
    before, since = child.facts[field], last - ago * DAY
    return _set(child, field, lambda day: value if day >= since else before)


def _end(rng: random.Random, child: Child, last: dt.date, field: str, ago: list[int], began: str = "") -> bool:
    """Write down an end once it has come."""
    end = last - days(rng, *ago)
    return _set(child, field, lambda day: end if day >= end else None, _began(child, began) < end)


def _stop_reviews(rng: random.Random, child: Child, last: dt.date, field: str, ago: list[int], least: int, began: str = "") -> bool:
    """Leave the last review where it was, `least` days before each reporting day at the least."""
    review = last - days(rng, *ago)
    return _set(child, field, lambda day: min(review, day - least * DAY), _began(child, began) < review)


def _leave_a_while_ago(rng: random.Random, child: Child, last: dt.date) -> bool:
    before, since = child.facts["father_since"], last - days(rng, 20, 60)
    return _set(child, "father_since", lambda day: since if day >= since else before, child.stays[-1].since < since)


def _another_level(rng: random.Random, child: Child, last: dt.date) -> bool:
    number = str(child.facts.get("disability_card_no", ""))
    return _set(child, "disability_card_no", number[:19] + str(5 - int(number[19:] or 0)), len(number) == 20)


def _vanish(rng: random.Random, child: Child, last: dt.date) -> bool:
    reporting_days = child.stays[-1].village.days
    is_possible = len(reporting_days) > 1 and child.stays[-1].since <= reporting_days[-2]
    child.hidden_from = reporting_days[-1] if is_possible else None
    return is_possible


def _stay_listed(rng: random.Random, child: Child, last: dt.date) -> bool:
    child.stays[-1].until, child.stays[-1].reason = None, ""
    return True


def _take(child: Child, facts: dict[str, object]) -> bool:
    child.facts |= facts
    return True


_BREACHES: dict[str, Callable[..., bool]] = {
    "card_until": _card_until,
    "change": _change,
    "end": _end,
    "stop_reviews": _stop_reviews,
    "leave_a_while_ago": _leave_a_while_ago,
    "another_level": _another_level,
    "vanish": _vanish,
    "stay_listed": _stay_listed,
    "lose_parents": lambda rng, child, last: _take(child, {"father_status": "死亡", "mother_status": "死亡"}),
    "get_severe_card": lambda rng, child, last: _take(child, disability_card(rng, SEVERE_CARDS, child.id_number, last)),
}


def _amount(children: int, per_town: int) -> int:
    """Return how many of a kind of fault a town of this size gets, of so many in one of 320 children."""
    return max(int(children >= 120), round(per_town * children / 320))


def breach_children(truth: Truth, seed: int) -> None:
    """Plant the breaches of children: each child bears one at most, and is registered on the newest day."""
    rng, last, size = seeded("breaches", seed), truth.last_day, len(truth.children)

    def plant(pool: list[Child], code: str, count: int, how: str, *values: object) -> None:
        for child in rng.sample(pool, len(pool)):
            if count and _BREACHES[how](rng, child, last, *values):
                child.faults.append(code)
                count -= 1

    grown = [child for child in truth.children if _grew_up_since(child.stays[-1], last - 200 * DAY)]
    plant(grown, "eligibility_expired", _amount(size, 4), "stay_listed")
    for code, count, classes, how, *values in CHILD_BREACHES:
        pool = [child for child in truth.children if len(child.stays) == 1 and child.stays[0].classes in [(c,) for c in classes]]
        pool = [child for child in pool if child.stays[0].runs(child.stays[0].village.days[-1]) and not child.faults]
        plant(pool, code, _amount(size, count), how, *values)
    _share_numbers(rng, truth)
    _live_in_two_villages(rng, truth)


def _grew_up_since(stay: Stay, day: dt.date) -> bool:
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
        pair[1].id_number = pair[0].id_number
        for child in pair:
            child.faults.append("id_number_shared")


def _live_in_two_villages(rng: random.Random, truth: Truth) -> None:
    pool = [child for child in _sound(truth) if child.stays[0].classes in [(4,), (6,)]]
    count = _amount(len(truth.children), 2)
    for child in rng.sample(pool, len(pool)):
        stay = child.stays[0]
        others = [village for village in truth.villages if village is not stay.village and len(village.days) > 1]
        if not count or not others:
            return
        place = rng.choice(others)
        if place.days[-1] == stay.village.days[-1] or stay.since >= place.days[-2]:
            continue
        if not any(other.name == child.name for other in truth.children if other.stays[0].village is place):
            child.stays.append(Stay(place.days[-1] - days(rng, 10, 50), None, place, stay.classes))
            child.faults.append("child_in_two_villages")
            count -= 1


def breach_pairings(truth: Truth, seed: int) -> None:
    """Plant a man alone for a girl of eight, siblings parted, helpers outside the circle, helpers who left.

    Only children who need a family: of others, whom a department covers, nothing more is asked. The child's row carries
    the code; with a helper who left, the pairing's row.
    """
    rng, size = seeded("broken pairings", seed), len(truth.children)
    needing: dict[tuple[int, int], list[Pairing]] = defaultdict(list)
    for pairing in truth.pairings:
        if pairing.until is None and not pairing.child.faults and _needs_family(pairing):
            needing[pairing.child.household].append(pairing)
    alone = [home[0] for home in needing.values() if len(home) == 1]
    girls = [pairing for pairing in alone if pairing.child.sex == "女" and pairing.child.age_on(truth.last_day) > 8]
    _give_to(rng, truth, girls, "girl_without_female_helper", "男", _amount(size, 4))
    siblings = [home[0] for home in needing.values() if len(home) > 1 and home[0].helper is home[1].helper]
    _give_to(rng, truth, siblings, "siblings_split", "女", _amount(size, 3))
    _spoil_helpers(rng, truth)


def _needs_family(pairing: Pairing) -> bool:
    """Return whether the child is of class 1–3, or no department of the village helps; not about to outgrow the class."""
    stay, day = pairing.child.stays[-1], pairing.child.stays[-1].village.days[-1]
    is_young = years_after(pairing.child.born_on, limit_of(stay.classes)) > day + 40 * DAY
    return is_young and stay.runs(day) and (min(stay.classes) <= 3 or not stay.village.conduct.has_cover)


def _give_to(rng: random.Random, truth: Truth, pool: list[Pairing], code: str, sex: str, count: int) -> None:
    for pairing in rng.sample(pool, len(pool)):
        others = [h for h in truth.helpers_of(pairing.helper.village) if h.facts["sex"] == sex and h is not pairing.helper]
        if count and others and not pairing.child.faults:
            pairing.helper = rng.choice(others)
            pairing.child.faults.append(code)
            count -= 1


def _spoil_helpers(rng: random.Random, truth: Truth) -> None:
    """Let some helpers with one to three children come from outside the circle, and others leave without an end written."""
    by_helper: dict[str, list[Pairing]] = defaultdict(list)
    for pairing in truth.pairings:
        if pairing.until is None:
            by_helper[pairing.helper.facts["helper_no"]].append(pairing)
    small = [group for group in by_helper.values() if len(group) <= 3 and not any(pairing.child.faults for pairing in group)]
    small = rng.sample(small, len(small))
    count = _amount(len(truth.children), 2)
    outside = [group for group in small if any(map(_needs_family, group))][:count]
    for group in outside:
        group[0].helper.facts["category"] = rng.choice(["社会爱心人士", "企业职工", "退休教师"])
        for pairing in filter(_needs_family, group):
            pairing.child.faults.append("helper_outside_circle")
    for group in [group for group in small if group not in outside][:count]:
        group[0].helper.left_on = max(truth.last_day - 120 * DAY, max(pairing.since for pairing in group) + DAY)
        for pairing in group:
            pairing.faults.append("helper_left")


def mark_uncovered(truth: Truth) -> None:
    """Mark the children who have neither family nor department on their village's newest day, as the plan asks."""
    paired = {id(p.child) for p in truth.pairings if p.runs(truth.last_day) and p.helper.left_on is None}
    covers = [deed for deed in truth.deeds if deed.kind == "department_covers" and deed.on <= truth.last_day]
    covered = {deed.village.code: {5, 6} if deed.facts["class_nos"] == "5-6" else {4, 5, 6} for deed in covers}
    for child in truth.children:
        stay = child.stays[-1]
        is_out = not stay.runs(stay.village.days[-1]) or {"eligibility_expired", "vanished"} & set(child.faults)
        if is_out or id(child) in paired:
            continue
        if min(stay.classes) <= 3:
            child.faults.append("uncovered_family")
        elif not covered.get(stay.village.code, set()) & set(stay.classes):
            child.faults.append("uncovered")


def breach_visits(truth: Truth, seed: int) -> None:
    """Plant visits before the listing or after the delisting of their child, in villages that write one row each."""
    rng = seeded("late visits", seed)
    pool = [deed for deed in truth.deeds if deed.kind == "visits" and style_of(deed.village).visits in ("rows", "topics")]
    for code, day_of in (("visit_before_listing", _before_listing), ("visit_after_delisting", _after_delisting)):
        count = _amount(len(truth.children), 2)
        for deed in rng.sample(pool, len(pool)):
            if count and deed.child and (day := day_of(rng, deed.child.stays, deed.village)):
                truth.deeds.append(replace(deed, on=day, facts=deed.facts | {"recorded_on": None, "mode": "入户"}, faults=[code]))
                count -= 1


def _before_listing(rng: random.Random, stays: list[Stay], village: Village) -> dt.date | None:
    return stays[0].since - days(rng, 5, 30) if len(stays) == 1 else None


def _after_delisting(rng: random.Random, stays: list[Stay], village: Village) -> dt.date | None:
    """Return a day after the delisting that the village could still report."""
    stay = stays[-1]
    if stay.until is None or stay.reason not in REASONS:
        return None
    on = stay.until + days(rng, 3, 40)
    return on if on <= village.days[-1] else None


# Clerical faults: each takes the fields of a row and returns the cells that are spoilt; None where it cannot be.


def _blank(rng: random.Random, row: dict[str, Any], *fields: str) -> Cells:
    filled = [field for field in fields if row.get(field) not in (None, "—")]
    return {rng.choice(filled): ""} if filled else None


def _blank_of_class(rng: random.Random, row: dict[str, Any]) -> Cells:
    return _blank(rng, row, *(_REQUIRED[str(number)] for number in row["class_no"] if str(number) in _REQUIRED))


def _put(rng: random.Random, row: dict[str, Any], field: str, *values: object) -> Cells:
    return {field: rng.choice(values)} if row.get(field) not in (None, "—") else None


def _as_number(rng: random.Random, row: dict[str, Any]) -> Cells:
    """Type the ID number as a number: fifteen digits stay."""
    number = row["id_number"]
    return {"id_number": int(number[:15]) * 1000} if "X" not in number else None


def _wrong_check_digit(rng: random.Random, row: dict[str, Any]) -> Cells:
    number = row["id_number"]
    return {"id_number": number[:17] + str((int(number[17]) + rng.randint(1, 8)) % 10)} if number[17] != "X" else None


_SPOILS: dict[str, Callable[..., Cells]] = {
    "blank": _blank,
    "blank_of_class": _blank_of_class,
    "put": _put,
    "as_number": _as_number,
    "wrong_check_digit": _wrong_check_digit,
    "other_birth": lambda rng, row: {"born_on": f"{row['born_on'] + days(rng, 60, 120)}"},
    "other_sex": lambda rng, row: {"sex": "女" if row["sex"] == "男" else "男"},
    "unknown_person": lambda rng, row, name, number, rest: {name: rng.choice(names.SURNAMES) + rest, number: ""},
}


def spoil(submissions: list[Submission], children: int, seed: int) -> None:
    """Plant the clerical faults in a town's submissions."""
    rng = seeded("faults", seed)
    for code, per_town, ledger, how, *values in CLERICAL_FAULTS:
        count = _amount(children, per_town)
        for submission, entry in _sound_rows(rng, submissions, ledger, code in _FAULTS["xlsx_only"]):
            cells = _SPOILS[how](rng, entry.fields, *values) if count else None
            if cells and _is_shown(submission, entry, cells):
                entry.spoilt = cells
                entry.faults.append(code)
                count -= 1
    newest = [submission for submission in submissions if submission.is_last]
    _repeat_rows(rng, newest, _amount(children, 2))
    _date_ahead(rng, newest, _amount(children, 2))


def _is_shown(submission: Submission, entry: Entry, cells: dict[str, object]) -> bool:
    """Return whether the sheets on which the row stands have a column for what is spoilt."""
    if "class_no" not in entry.fields or style_of(submission.village).sheets != "class":
        return True
    return all(set(cells) <= set(children_fields(number)) for number in entry.fields["class_no"])


def _sound_rows(rng: random.Random, submissions: list[Submission], ledger: str, is_xlsx_only: bool) -> list[tuple[Submission, Entry]]:
    """Return sound rows of a kind, shuffled, those of newest submissions mostly in front; only where rows stand one by one."""
    rows = []
    for submission in submissions:
        style = style_of(submission.village)
        ending = style.children_ending or style.ending if ledger == "children" else style.ending
        is_apart = ledger != "visits" or (style.visits in ("rows", "topics") and style.has_mode)
        if is_apart and (ending == "xlsx" or not is_xlsx_only):
            rows += [(rng.random() + 0.6 * (not submission.is_last), submission, entry) for entry in submission.entries[ledger]]
    return [(submission, entry) for _, submission, entry in sorted(rows, key=lambda row: row[0]) if not entry.faults]


def _repeat_rows(rng: random.Random, submissions: list[Submission], count: int) -> None:
    pool = [submission for submission in submissions if submission.entries["children"]]
    for submission in rng.sample(pool, min(count, len(pool))):
        if sound := [entry for entry in submission.entries["children"] if not entry.faults]:
            entry = rng.choice(sound)
            submission.entries["children"].append(Entry(dict(entry.fields), faults=["duplicate_row"]))


def _date_ahead(rng: random.Random, submissions: list[Submission], count: int) -> None:
    pool = [submission for submission in submissions if submission.entries["visits"]]
    pool = [submission for submission in pool if (style := style_of(submission.village)).visits == "rows" and style.has_mode]
    for submission in rng.sample(pool, min(count, len(pool))):
        if sound := [entry for entry in submission.entries["visits"] if not entry.faults]:
            entry = rng.choice(sound)
            entry.spoilt = {"visited_on": f"{submission.day + days(rng, 9, 30)}"}
            entry.faults.append("visit_in_future")
