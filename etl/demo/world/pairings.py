"""Helper families and whom they are paired with (plan 2.2, 2.3), sound by themselves."""

import datetime as dt
import random
from collections import defaultdict

from etl.demo.world import names
from etl.demo.world.chance import DAY, days, seeded
from etl.demo.world.model import Child, Deed, Helper, Pairing, Truth, Village
from etl.demo.world.tables import words

CATEGORIES, POSTS = words("helpers", "categories"), words("helpers", "posts")
_CHILDREN_PER_HELPER = 2.7


def pair_town(truth: Truth, seed: int) -> None:
    """Give every village its helpers, its pairings and, where it has one, its department cover."""
    rng = seeded("pairings", seed)
    taken = {village.director for village in truth.villages}
    for village in truth.villages:
        children = [child for child in truth.children if any(stay.village is village for stay in child.stays)]
        helpers = _helpers(rng, village, len(children), taken)
        truth.helpers += helpers
        truth.pairings += _pairings(rng, village, children, helpers, truth.last_day)
        if village.conduct.has_cover:
            truth.deeds.append(_cover(village))


def _helpers(rng: random.Random, village: Village, children: int, taken: set[str]) -> list[Helper]:
    """Return helpers for the village's children, men and women in turn; fewer where few visit many."""
    per_helper = 12 if village.conduct.is_bursting else _CHILDREN_PER_HELPER
    office = village.name + ("委会" if village.kind == "村" else "居委会")
    units = {"镇": names.TOWN_UNITS, "村": [office], "县": names.COUNTY_UNITS}
    helpers = []
    for at in range(max(2, round(children / per_helper))):
        sex, category = "女男"[at % 2], rng.choice(CATEGORIES)
        facts = {"helper_no": f"AX{village.number + 1:02d}{at + 1:03d}", "sex": sex, "category": category, "linked_village": village.name}
        facts["helper_name"] = names.unused_name(rng, taken, None, names.MEN if sex == "男" else names.WOMEN)
        facts |= {"unit": rng.choice(units[category[0]]), "post": rng.choice(POSTS)}
        facts["party_member"] = "中共党员" if category[0] == "县" or rng.random() < 0.6 else "群众"
        facts["phone"] = names.phone(rng)
        helpers.append(Helper(village, village.days[0] - days(rng, 275, 330), facts))
    return helpers


def _pairings(rng: random.Random, village: Village, children: list[Child], helpers: list[Helper], last: dt.date) -> list[Pairing]:
    """Pair household by household: the same helper for all, a woman where a girl is (or will be) eight."""
    women = [helper for helper in helpers if helper.facts["sex"] == "女"]
    conduct, pairings = village.conduct, []
    homes: dict[tuple[int, int], list[Child]] = defaultdict(list)
    for child in children:
        homes[child.household].append(child)
    first_turn = rng.randrange(len(helpers)) + 1
    chances = {needs_family: _evenly(rng, len(homes)) for needs_family in (True, False)}
    for turn, home in enumerate(homes.values(), first_turn):
        needs_woman = any(child.sex == "女" and child.age_on(last) >= 8 for child in home)
        candidates = women if needs_woman else helpers
        needs_family = any(min(stay.classes) <= 3 for child in home for stay in child.stays)
        chance = chances[needs_family].pop()
        has_family = needs_family or rng.random() < conduct.family_share
        if has_family and chance <= conduct.paired_later:
            helper, is_early = candidates[turn % len(candidates)], chance <= conduct.paired_at_start
            pairings += [_pairing(rng, village, child, helper, is_early, last) for child in home]
    return pairings


def _evenly(rng: random.Random, count: int) -> list[float]:
    """Return numbers 0–1 of which any few that follow one another are spread well, so that small villages tell their story."""
    start = rng.random()
    return [(start + at * 0.6180339887) % 1 for at in range(count)]


def _pairing(rng: random.Random, village: Village, child: Child, helper: Helper, is_early: bool, last: dt.date) -> Pairing:
    """Pair from a few weeks after listing, or some time in the two years that follow, to the end of the stay."""
    stays = [stay for stay in child.stays if stay.village is village]
    until = next((stay.until for stay in stays if stay.until and not stay.is_closed_silently), None)
    since = stays[0].since + days(rng, 4, 25)
    room = (last - max(since, village.days[0])).days - 30
    if not is_early and room > 40:
        since = max(since, village.days[0]) + days(rng, 10, min(room, 420))
    return Pairing(min(since, until - DAY) if until else since, until, child, helper)


def _cover(village: Village) -> Deed:
    """Return the department that covers the village's classes 4–6."""
    units = names.TOWN_UNITS[1:]
    class_nos = ["4-6", "四至六类", "4、5、6"][village.number % 3] if village.conduct.covers_poor else "5-6"
    ahead = (-110 if village.conduct.is_covered_late else 60) + village.number * 3 % 50
    facts = {"department": units[village.number % len(units)], "class_nos": class_nos}
    return Deed("department_covers", village, village.days[0] - ahead * DAY, facts=facts)
