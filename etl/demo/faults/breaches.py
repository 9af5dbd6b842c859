"""Faults of the work itself, put into the truth: entitlements that ran out, children lost, pairings against plan 2.3.

Whom a breach concerns carries the finding's code in its `faults`, so that its ledger row can be named afterwards.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from etl.demo.ledgers.styles import style_of
from etl.demo.world.chance import DAY, amount, days, seeded
from etl.demo.world.children import REASONS, limit_of, years_after
from etl.demo.world.circumstances import severe_card
from etl.demo.world.model import Child, Pairing, Stay, Truth, Village

Breach = Callable[[random.Random, Child, dt.date], bool]  # puts it in where it can be; says whether it did


def _put(child: Child, field: str, value: object, is_possible: bool = True) -> bool:
    if is_possible:
        child.facts[field] = value
    return is_possible


def _change(child: Child, field: str, value: object, since: dt.date, is_possible: bool = True) -> bool:
    before = child.facts.get(field)
    return _put(child, field, lambda day: value if day >= since else before(day) if callable(before) else before, is_possible)


def _end(child: Child, field: str, end: dt.date, began: dt.date) -> bool:
    """Write down an end once it has come."""
    return _put(child, field, lambda day: end if day >= end else None, began < end)


def _stop_reviews(child: Child, field: str, last: dt.date, ago: int, began: dt.date) -> bool:
    """Leave the last review where it was, `ago` days before each reporting day at the least."""
    return _put(child, field, lambda day: min(last, day - ago * DAY), began < last)


def _stay_listed(rng: random.Random, child: Child, last: dt.date) -> bool:
    child.stays[-1].until, child.stays[-1].reason = None, ""
    return True


def _leave_a_while_ago(rng: random.Random, child: Child, last: dt.date) -> bool:
    since = last - days(rng, 20, 60)
    return _change(child, "father_since", since, since, child.stays[-1].since < since)


def _another_level(rng: random.Random, child: Child, last: dt.date) -> bool:
    number = str(child.facts.get("disability_card_no", ""))
    return _put(child, "disability_card_no", number[:19] + str(5 - int(number[19:] or 0)), len(number) == 20)


def _get_severe_card(rng: random.Random, child: Child, last: dt.date) -> bool:
    child.facts |= severe_card(rng, child.id_number, last)
    return True


def _vanish(rng: random.Random, child: Child, last: dt.date) -> bool:
    reporting_days = child.stays[-1].village.days
    is_possible = len(reporting_days) > 1 and child.stays[-1].since <= reporting_days[-2]
    if is_possible:
        child.hidden_from = reporting_days[-1]
    return is_possible


def _card_until(child: Child, until: dt.date) -> bool:
    return _put(child, "disability_card_until", until, "disability_card_until" in child.facts)


# code, how many per 320 children, classes of the children, what is done to a child by the town's last day
CHILD_BREACHES: tuple[tuple[str, int, tuple[int, ...], Breach], ...] = (
    ("eligibility_expired", 2, (3,), lambda rng, child, last: _card_until(child, last - days(rng, 60, 250))),
    (
        "eligibility_expired", 3, (4,),
        lambda rng, child, last: _end(child, "dibao_until", last - days(rng, 40, 200), child.facts.get("dibao_from", dt.date.max)),
    ),
    (
        "eligibility_expired", 4, (6,),
        lambda rng, child, last: _end(child, "father_until", last - days(rng, 20, 150), child.stays[-1].since),
    ),
    (
        "eligibility_unverified", 2, (6,),
        lambda rng, child, last: _put(child, "hukou_kind", lambda day: "城镇" if day >= last - 90 * DAY else "农村"),
    ),
    ("eligibility_unverified", 2, (6,), _leave_a_while_ago),
    ("eligibility_unverified", 2, (6,), lambda rng, child, last: _change(child, "mother_status", "在家", last - 60 * DAY)),
    (
        "eligibility_unverified", 2, (5,),
        lambda rng, child, last: _stop_reviews(child, "reviewed_on", last - days(rng, 390, 500), 10, child.stays[-1].since),
    ),
    ("eligibility_unverified", 1, (2,), lambda rng, child, last: _change(child, "mother_status", "外出务工", last - 60 * DAY)),
    ("eligibility_ends_soon", 2, (3,), lambda rng, child, last: _card_until(child, last + days(rng, 20, 70))),
    (
        "dibao_review_overdue", 4, (4,),
        lambda rng, child, last: _stop_reviews(child, "dibao_reviewed_on", last - days(rng, 380, 600), 20, child.facts["dibao_from"]),
    ),
    (
        "belongs_in_class_1", 1, (2,),
        lambda rng, child, last: _put(child, "father_status", "死亡") and _put(child, "mother_status", "死亡"),
    ),
    ("belongs_in_class_3", 2, (4,), _get_severe_card),
    ("card_contradicts", 2, (3,), _another_level),
    ("vanished", 2, (4, 5, 6), _vanish),
)  # fmt: skip


def breach_children(truth: Truth, seed: int) -> None:
    """Plant the breaches of children: each child bears one at most, and is registered on the newest day."""
    rng, last, size = seeded("breaches", seed), truth.last_day, len(truth.children)

    def plant(pool: list[Child], code: str, count: int, breach: Breach) -> None:
        for child in rng.sample(pool, len(pool)):
            if count and breach(rng, child, last):
                child.faults.append(code)
                count -= 1

    grown = [child for child in truth.children if _grew_up_since(child.stays[-1], last - 200 * DAY)]
    plant(grown, "eligibility_expired", amount(size, 4), _stay_listed)
    for code, count, classes, breach in CHILD_BREACHES:
        pool = [child for child in truth.children if len(child.stays) == 1 and child.stays[0].classes in [(c,) for c in classes]]
        pool = [child for child in pool if child.stays[0].runs(child.stays[0].village.days[-1]) and not child.faults]
        plant(pool, code, amount(size, count), breach)
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
    for pair in rng.sample(pairs, min(len(pairs), amount(len(truth.children), 1))):
        pair[1].id_number = pair[0].id_number
        for child in pair:
            child.faults.append("id_number_shared")


def _live_in_two_villages(rng: random.Random, truth: Truth) -> None:
    pool = [child for child in _sound(truth) if child.stays[0].classes in [(4,), (6,)]]
    count = amount(len(truth.children), 2)
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
    _give_to(rng, truth, girls, "girl_without_female_helper", "男", amount(size, 4))
    siblings = [home[0] for home in needing.values() if len(home) > 1 and home[0].helper is home[1].helper]
    _give_to(rng, truth, siblings, "siblings_split", "女", amount(size, 3))
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
    count = amount(len(truth.children), 2)
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
        count = amount(len(truth.children), 2)
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
