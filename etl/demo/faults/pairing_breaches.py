"""Faults of pairing and visiting, put in once everyone is paired: what breaks plan 2.3, and visits out of time."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from etl.demo.ledgers.styles import style_of
from etl.demo.world.chance import amount, seeded
from etl.demo.world.children import REASONS, limit_of, years_after
from etl.demo.world.model import Deed, Pairing, Truth

DAY = dt.timedelta(days=1)


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
    """Visits dated before the listing or after the delisting of their child, in villages that write one row each."""
    rng = seeded("late visits", seed)
    pool = [deed for deed in truth.deeds if deed.kind == "visits" and style_of(deed.village.number).visits in ("rows", "topics")]
    for code, found in (("visit_before_listing", _too_early), ("visit_after_delisting", _too_late)):
        count = amount(len(truth.children), 2)
        for deed in rng.sample(pool, len(pool)):
            extra = found(rng, deed) if count else None
            if extra:
                truth.deeds.append(replace(deed, on=extra, facts=deed.facts | {"recorded_on": None, "mode": "入户"}, faults=[code]))
                count -= 1


def _too_early(rng: random.Random, deed: Deed) -> dt.date | None:
    """A day before the listing."""
    if deed.child is None:
        return None
    return deed.child.stays[0].since - rng.randint(5, 30) * DAY if len(deed.child.stays) == 1 else None


def _too_late(rng: random.Random, deed: Deed) -> dt.date | None:
    """A day after the delisting that the village could still have told of."""
    if deed.child is None:
        return None
    stay = deed.child.stays[-1]
    if stay.until is None or stay.reason not in REASONS.values():
        return None
    on = stay.until + rng.randint(3, 40) * DAY
    return on if on <= deed.village.days[-1] else None


def breach_pairings(truth: Truth, seed: int) -> None:
    """A man alone for a girl of eight, siblings parted, a helper outside the circle, a helper who left.

    Only children who need a family: of others, whom a department covers, nothing more is asked. The row of the child
    carries the code, with a helper who left the row of the pairing.
    """
    rng = seeded("broken pairings", seed)
    needing: dict[tuple[int, int], list[Pairing]] = {}
    for pairing in truth.pairings:
        if pairing.ended_on is None and not pairing.child.faults and _needs_family(pairing):
            needing.setdefault(pairing.child.household, []).append(pairing)
    girls = [
        found[0]
        for found in needing.values()
        if len(found) == 1 and found[0].child.sex == "女" and found[0].child.age_on(truth.last_day) > 8
    ]
    _give_to(rng, truth, girls, "girl_without_female_helper", "男", amount(len(truth.children), 4))
    siblings = [found[0] for found in needing.values() if len(found) > 1 and found[0].helper is found[1].helper]
    _give_to(rng, truth, siblings, "siblings_split", "女", amount(len(truth.children), 3))
    _spoil_helpers(rng, truth)


def _needs_family(pairing: Pairing) -> bool:
    """Class 1–3, or a village where no department helps out; not about to outgrow the class."""
    stay, day = pairing.child.stays[-1], pairing.child.stays[-1].village.days[-1]
    is_young = years_after(pairing.child.born_on, limit_of(stay.classes)) > day + 40 * DAY
    return is_young and stay.runs(day) and (min(stay.classes) <= 3 or not stay.village.conduct.has_cover)


def _give_to(rng: random.Random, truth: Truth, pool: list[Pairing], code: str, sex: str, count: int) -> None:
    """Give pairings to another helper of the village and of the sex."""
    for pairing in rng.sample(pool, len(pool)):
        own = [h for h in truth.helpers if h.village is pairing.helper.village and h.sex == sex]
        others = [helper for helper in own if helper is not pairing.helper]
        if count and others and not pairing.child.faults:
            pairing.helper = rng.choice(others)
            pairing.child.faults.append(code)
            count -= 1


def _spoil_helpers(rng: random.Random, truth: Truth) -> None:
    """Helpers with one to three children: some come from outside the circle, some left and nobody wrote an end."""
    mine: dict[str, list[Pairing]] = {}
    for pairing in truth.pairings:
        if pairing.ended_on is None:
            mine.setdefault(pairing.helper.number, []).append(pairing)
    small = [found for found in mine.values() if len(found) <= 3 and not any(pairing.child.faults for pairing in found)]
    small = rng.sample(small, len(small))
    count = amount(len(truth.children), 2)
    outside = [found for found in small if any(map(_needs_family, found))][:count]
    for found in outside:
        found[0].helper.category = rng.choice(["社会爱心人士", "企业职工", "退休教师"])
        for pairing in filter(_needs_family, found):
            pairing.child.faults.append("helper_outside_circle")
    for found in [found for found in small if found not in outside][:count]:
        found[0].helper.left_on = max(truth.last_day - 120 * DAY, max(pairing.started_on for pairing in found) + DAY)
        for pairing in found:
            pairing.faults.append("helper_left")
