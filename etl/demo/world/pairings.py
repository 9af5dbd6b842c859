"""Helper families and whom they are paired with (plan 2.2, 2.3): sound by itself, with every planted breach marked."""

from __future__ import annotations

import datetime as dt
import random

from etl.demo.world import names
from etl.demo.world.chance import seeded
from etl.demo.world.model import Child, Deed, Helper, Pairing, Truth, Village

CATEGORIES = ["镇干部职工"] * 4 + ["村(社区)两委"] * 4 + ["县级部门干部职工"] * 2
POSTS = ["科员", "干事", "主任", "副主任", "委员", "支部书记"]
_CHILDREN_PER_HELPER = 2.7


def pair_town(truth: Truth, seed: int) -> None:
    """Give every village its helpers, its pairings and, where it has one, its department cover."""
    rng = seeded("pairings", seed)
    taken: set[str] = {village.director for village in truth.villages}
    for village in truth.villages:
        children = [child for child in truth.children if any(stay.village is village for stay in child.stays)]
        helpers = _helpers(rng, village, len(children), taken)
        truth.helpers += helpers
        truth.pairings += _pairings(rng, village, children, helpers, truth.last_day)
        truth.deeds += _covers(village)


def _helpers(rng: random.Random, village: Village, children: int, taken: set[str]) -> list[Helper]:
    """Helpers for the village's children, men and women in turn; fewer where few visit many."""
    per_helper = 12 if village.conduct.is_bursting else _CHILDREN_PER_HELPER
    first = village.days[0]
    helpers = []
    for at in range(max(2, round(children / per_helper))):
        sex, category = "女男"[at % 2], rng.choice(CATEGORIES)
        units = {
            "镇": names.TOWN_UNITS,
            "村": [village.name + ("委会" if village.kind == "村" else "居委会")],
            "县": names.COUNTY_UNITS,
        }
        helper = Helper(
            name=names.unused(rng, taken, None, names.MEN if sex == "男" else names.WOMEN),
            number=f"AX{village.number + 1:02d}{at + 1:03d}",
            sex=sex,
            village=village,
            unit=rng.choice(units[category[0]]),
            post=rng.choice(POSTS),
            category=category,
            party="中共党员" if category[0] == "县" or rng.random() < 0.6 else "群众",
            phone=names.phone(rng),
            joined_on=first - dt.timedelta(days=rng.randint(275, 330)),
        )
        helpers.append(helper)
    return helpers


def _pairings(rng: random.Random, village: Village, children: list[Child], helpers: list[Helper], last: dt.date) -> list[Pairing]:
    """Household by household: the same helper for all, a woman where a girl is (or will be) eight."""
    women = [helper for helper in helpers if helper.sex == "女"]
    conduct, pairings = village.conduct, []
    homes: dict[tuple[int, int], list[Child]] = {}
    for child in children:
        homes.setdefault(child.household, []).append(child)
    turn = rng.randrange(len(helpers))
    chances = {needs: _evenly(rng, len(homes)) for needs in (True, False)}
    for home in homes.values():
        needs_woman = any(child.sex == "女" and child.age_on(last) >= 8 for child in home)
        turn += 1
        helper = (women if needs_woman else helpers)[turn % len(women if needs_woman else helpers)]
        needs_family = any(min(stay.classes) <= 3 for child in home for stay in child.stays)
        chance = chances[needs_family].pop()
        family = needs_family or rng.random() < conduct.family_share
        if not family or chance > conduct.paired_later:
            continue
        for child in home:
            pairings.append(_pairing(rng, village, child, helper, is_early=chance <= conduct.paired_at_start, last=last))
    return pairings


def _evenly(rng: random.Random, count: int) -> list[float]:
    """Numbers 0–1 of which any few that follow one another are spread well, so that small villages tell their story."""
    start = rng.random()
    return [(start + at * 0.6180339887) % 1 for at in range(count)]


def _pairing(rng: random.Random, village: Village, child: Child, helper: Helper, is_early: bool, last: dt.date) -> Pairing:
    """From a few weeks after listing, or late: some time in the two years that follow; to the end of the stay."""
    stay = next(stay for stay in child.stays if stay.village is village)
    end = next(
        (other for other in child.stays if other.village is village and other.until and not other.is_closed_silently),
        None,
    )
    started_on = stay.since + dt.timedelta(days=rng.randint(4, 25))
    room = (last - max(started_on, village.days[0])).days - 30
    if not is_early and room > 40:
        started_on = max(started_on, village.days[0]) + dt.timedelta(days=rng.randint(10, min(room, 420)))
    ended_on = end.until if end else None
    return Pairing(child, helper, min(started_on, ended_on - dt.timedelta(days=1)) if ended_on else started_on, ended_on)


def _covers(village: Village) -> list[Deed]:
    """The department that covers the village's classes 4–6, where there is one."""
    if not village.conduct.has_cover:
        return []
    units = names.TOWN_UNITS[1:]
    words = ["4-6", "四至六类", "4、5、6"][village.number % 3] if village.conduct.covers_poor else "5-6"
    ahead = -110 if village.conduct.is_covered_late else 60
    started_on = village.days[0] - dt.timedelta(days=ahead + village.number * 3 % 50)
    return [
        Deed(
            "department_covers",
            village,
            started_on,
            facts={"department": units[village.number % len(units)], "class_nos": words},
        )
    ]


def helper_of(truth: Truth, child: Child, day: dt.date) -> Helper | None:
    """The helper in force for a child on a day."""
    return next((pairing.helper for pairing in truth.pairings if pairing.child is child and pairing.runs(day)), None)
