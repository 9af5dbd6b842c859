"""Faults of the work itself, put into the truth: entitlements that ran out, children lost or listed twice.

Each line of the tables is one kind: the finding it causes, how many per 320 children, and what is done to whom. What it
touches carries the code in its `faults`, so that the row in the ledger can be named afterwards.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from itertools import pairwise

from etl.demo.world.chance import amount, seeded
from etl.demo.world.circumstances import severe_card
from etl.demo.world.model import Child, Stay, Truth

DAY = dt.timedelta(days=1)


def _later(then: object, before: object, since: dt.date) -> Callable[[dt.date], object]:
    """A fact that changes on a day: `before` it, `then` from it on."""
    return lambda day: then if day >= since else before(day) if callable(before) else before


def _card_expired(rng: random.Random, child: Child, last: dt.date) -> bool:
    return _set(child, "disability_card_until", last - rng.randint(60, 250) * DAY, "disability_card_until" in child.facts)


def _allowance_ended(rng: random.Random, child: Child, last: dt.date) -> bool:
    end = last - rng.randint(40, 200) * DAY
    return _set(child, "dibao_until", _later(end, None, end), child.facts.get("dibao_from", end) < end)


def _too_old(rng: random.Random, child: Child, last: dt.date) -> bool:
    stay = child.stays[-1]
    stay.until, stay.reason = None, ""
    return True


def _parent_returned(rng: random.Random, child: Child, last: dt.date) -> bool:
    end = last - rng.randint(20, 150) * DAY
    return _set(child, "father_until", _later(end, None, end), child.stays[-1].since < end)


def _not_rural(rng: random.Random, child: Child, last: dt.date) -> bool:
    return _set(child, "hukou_kind", _later("城镇", "农村", last - 90 * DAY))


def _just_away(rng: random.Random, child: Child, last: dt.date) -> bool:
    since = last - rng.randint(20, 60) * DAY
    return _set(child, "father_since", _later(since, child.facts["father_since"], since), child.stays[-1].since < since)


def _at_home(rng: random.Random, child: Child, last: dt.date) -> bool:
    return _set(child, "mother_status", _later("在家", child.facts["mother_status"], last - 60 * DAY))


def _review_forgotten(rng: random.Random, child: Child, last: dt.date) -> bool:
    old = last - rng.randint(390, 500) * DAY
    return _set(child, "reviewed_on", lambda day: min(old, day - 10 * DAY), child.stays[-1].since < old)


def _mother_only_away(rng: random.Random, child: Child, last: dt.date) -> bool:
    return _set(child, "mother_status", _later("外出务工", child.facts["mother_status"], last - 60 * DAY))


def _allowance_not_reviewed(rng: random.Random, child: Child, last: dt.date) -> bool:
    old = last - rng.randint(380, 600) * DAY
    return _set(child, "dibao_reviewed_on", lambda day: min(old, day - 20 * DAY), child.facts["dibao_from"] < old)


def _card_ends_soon(rng: random.Random, child: Child, last: dt.date) -> bool:
    return _set(child, "disability_card_until", last + rng.randint(20, 70) * DAY, "disability_card_until" in child.facts)


def _both_dead(rng: random.Random, child: Child, last: dt.date) -> bool:
    return _set(child, "father_status", "死亡") and _set(child, "mother_status", "死亡")


def _severe_in_four(rng: random.Random, child: Child, last: dt.date) -> bool:
    child.facts |= severe_card(rng, child.id_number, last)
    return True


def _card_of_another_level(rng: random.Random, child: Child, last: dt.date) -> bool:
    number = str(child.facts.get("disability_card_no", ""))
    return _set(child, "disability_card_no", number[:19] + str(5 - int(number[19:] or 0)), len(number) == 20)


def _vanish(rng: random.Random, child: Child, last: dt.date) -> bool:
    days = child.stays[-1].village.days
    if len(days) < 2 or child.stays[-1].since > days[-2]:
        return False
    child.hidden_from = days[-1]
    return True


def _set(child: Child, name: str, value: object, is_possible: bool = True) -> bool:
    """Set a fact where that makes sense; says whether it did."""
    if is_possible:
        child.facts[name] = value
    return is_possible


# code, per 320 children, classes it is done to, what is done
CHILD_BREACHES: tuple[tuple[str, int, tuple[int, ...], Callable], ...] = (
    ("eligibility_expired", 2, (3,), _card_expired),
    ("eligibility_expired", 3, (4,), _allowance_ended),
    ("eligibility_expired", 4, (6,), _parent_returned),
    ("eligibility_unverified", 2, (6,), _not_rural),
    ("eligibility_unverified", 2, (6,), _just_away),
    ("eligibility_unverified", 2, (6,), _at_home),
    ("eligibility_unverified", 2, (5,), _review_forgotten),
    ("eligibility_unverified", 1, (2,), _mother_only_away),
    ("eligibility_ends_soon", 2, (3,), _card_ends_soon),
    ("dibao_review_overdue", 4, (4,), _allowance_not_reviewed),
    ("belongs_in_class_1", 1, (2,), _both_dead),
    ("belongs_in_class_3", 2, (4,), _severe_in_four),
    ("card_contradicts", 2, (3,), _card_of_another_level),
    ("vanished", 2, (4, 5, 6), _vanish),
)


def breach_children(truth: Truth, seed: int) -> None:
    """Plant the breaches of children: each child bears one at most, and is registered on the newest day."""
    rng, last = seeded("breaches", seed), truth.last_day
    grown = [child for child in truth.children if _grew_up_since(child, last - 200 * DAY)]
    _plant(rng, grown, "eligibility_expired", amount(len(truth.children), 4), _too_old, last)
    for code, count, classes, breach in CHILD_BREACHES:
        pool = [child for child in truth.children if len(child.stays) == 1 and child.stays[0].classes in [(c,) for c in classes]]
        pool = [child for child in pool if child.stay_on(child.stays[-1].village.days[-1]) and not child.faults]
        _plant(rng, pool, code, amount(len(truth.children), count), breach, last)
    _share_numbers(rng, truth)
    _live_in_two_villages(rng, truth)


def _grew_up_since(child: Child, day: dt.date) -> bool:
    """Delisted for its age after the day; the few of class 3 are left out."""
    stay = child.stays[-1]
    return stay.reason.startswith("年满") and stay.until is not None and stay.until > day and stay.classes != (3,)


def _plant(rng: random.Random, pool: list[Child], code: str, count: int, breach: Callable, last: dt.date) -> None:
    """Breach the first `count` of the shuffled pool that can be."""
    for child in rng.sample(pool, len(pool)):
        if count and breach(rng, child, last):
            child.faults.append(code)
            count -= 1


def _sound(truth: Truth) -> list[Child]:
    """Children in one stay that runs on the newest day of their village, without a breach."""
    return [child for child in truth.children if not child.faults and len(child.stays) == 1 and child.stays[0].until is None]


def _share_numbers(rng: random.Random, truth: Truth) -> None:
    """A sibling, or else any child of the village, written down with another's ID number."""
    pool = _sound(truth)
    pairs = [(a, b) for a, b in pairwise(pool) if a.household == b.household and a.stays[0].classes != (3,)]
    pairs = pairs or [(a, b) for a, b in pairwise(pool) if a.stays[0].village is b.stays[0].village]
    for one, other in rng.sample(pairs, min(len(pairs), amount(len(truth.children), 1))):
        other.id_number = one.id_number
        one.faults.append("id_number_shared")
        other.faults.append("id_number_shared")


def _live_in_two_villages(rng: random.Random, truth: Truth) -> None:
    """A child listed by a second village while the first has not delisted it."""
    pool = [child for child in _sound(truth) if child.stays[0].classes in [(4,), (6,)]]
    count = amount(len(truth.children), 2)
    for child in rng.sample(pool, len(pool)):
        others = [village for village in truth.villages if village is not child.stays[0].village and len(village.days) > 1]
        if not count or not others:
            return
        place = rng.choice(others)
        if place.days[-1] == child.stays[0].village.days[-1]:
            continue
        if child.stays[0].since < place.days[-2] and not any(
            other.name == child.name for other in truth.children if other.stays[0].village is place
        ):
            child.stays.append(Stay(place, child.stays[0].classes, place.days[-1] - rng.randint(10, 50) * DAY))
            child.faults.append("child_in_two_villages")
            count -= 1
