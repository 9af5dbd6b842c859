"""The other duties of the plan over the years: difficulties, training, policy cards, reports of danger, care events."""

from __future__ import annotations

import datetime as dt
import random

from etl.demo.world import names
from etl.demo.world.chance import seeded
from etl.demo.world.model import Child, Deed, Stay, Truth, Village

DAY = dt.timedelta(days=1)
_NEEDS = {
    "经济困难": ("申请临时救助", "缺少过冬衣物", "学费有困难"),
    "亲情缺失": ("需要心理疏导", "盼与父母通话"),
    "教育缺位": ("缺少学习用品", "作业无人辅导", "有辍学苗头"),
    "安全缺保": ("房屋漏雨", "用电线路老化", "上学路途远"),
    "其他": ("户籍待办理", "残疾证待换领"),
}
_SITUATIONS = ("无人照料", "脱离监护单独居住", "疑似遭受家庭暴力", "失学超过七日")
_RECEIVERS = ("派出所", "民政", "教育", "妇联")
_FESTIVALS = {
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
}


def do_duties(truth: Truth, seed: int) -> None:
    """Add needs, trainings, cards, reports and care events up to each village's last reporting day."""
    rng = seeded("duties", seed)
    for child in truth.children:
        for stay in child.stays:
            truth.deeds += _needs(rng, child, stay, truth) + _care(rng, child, stay, truth)
    for village in truth.villages:
        truth.deeds += _trainings(rng, village, truth) + _cards(rng, village, truth)
    truth.deeds += _reports(rng, truth)


def _needs(rng: random.Random, child: Child, stay: Stay, truth: Truth) -> list[Deed]:
    """Now and then a difficulty, with its day to be solved by; most are."""
    found, on = [], stay.since + dt.timedelta(days=rng.randint(10, 900))
    end = min(stay.until or dt.date.max, stay.village.days[-1])
    while on < end:
        found.append(_need(rng, child, stay.village, on))
        on += dt.timedelta(days=rng.randint(150, 1500))
    return found


def _need(rng: random.Random, child: Child, village: Village, on: dt.date) -> Deed:
    """One difficulty; how many are solved is the village's conduct."""
    category = rng.choice(list(_NEEDS))
    allowed = rng.choice((30, 60, 90))
    taken = rng.randint(8, allowed - 5) if rng.random() < 0.85 else rng.randint(allowed, allowed + 60)
    facts = {
        "category": category,
        "description": rng.choice(_NEEDS[category]),
        "due_on": on + allowed * DAY,
        "department": rng.choice(names.TOWN_UNITS + names.COUNTY_UNITS),
        "joint_meeting": "是" if rng.random() < 0.12 else "否",
        "resolved_on": on + taken * DAY if rng.random() < village.conduct.solved else None,
    }
    return Deed("needs", village, on, child, facts=facts)


def _care(rng: random.Random, child: Child, stay: Stay, truth: Truth) -> list[Deed]:
    """The five occasions of each year while the child is listed, kept as often as the village does."""
    found = []
    for year in range(stay.since.year, truth.until.year + 1):
        month, day = _FESTIVALS.get(year, (2, 1))
        birthday = dt.date(year, child.born_on.month, min(child.born_on.day, 28))
        occasions = {
            "春节": dt.date(year, month, day) - rng.randint(2, 9) * DAY,
            "寒假": dt.date(year, 2, rng.randint(1, 25)),
            "儿童节": dt.date(year, 6, 1) - rng.randint(0, 3) * DAY,
            "暑假": dt.date(year, 7, rng.randint(8, 31)),
            "生日": birthday,
        }
        for occasion, on in occasions.items():
            if stay.runs(on) and on <= stay.village.days[-1] and rng.random() < stay.village.conduct.cared:
                found.append(Deed("care_events", stay.village, on, child, facts={"occasion": occasion}))
    return found


def _in_service(truth: Truth, village: Village, on: dt.date) -> list:
    """Helpers of a village who are there on a day."""
    return [h for h in truth.helpers if h.village is village and h.joined_on <= on and (not h.left_on or on < h.left_on)]


def _trainings(rng: random.Random, village: Village, truth: Truth) -> list[Deed]:
    """One training a year for almost every helper, a second one for some."""
    found = []
    for year in range(village.days[0].year - (village.days[0].month < 6), truth.until.year + 1):
        for month, topic, share in (
            (rng.randint(5, 6), "未成年人保护政策培训", village.conduct.trained),
            (10, "强制报告与心理关爱培训", 0.35),
        ):
            on = dt.date(year, month, rng.randint(6, 27))
            if on <= village.days[-1]:
                helpers = [helper for helper in _in_service(truth, village, on) if rng.random() < share]
                found += [Deed("trainings", village, on, helper=helper, facts={"topic": topic}) for helper in helpers]
    return found


def _cards(rng: random.Random, village: Village, truth: Truth) -> list[Deed]:
    """The policy card: almost all before the first ledger, the others in the spring after."""
    found, first = [], village.days[0]
    for helper in _in_service(truth, village, first):
        on = first - rng.randint(10, 90) * DAY if rng.random() < 0.91 else first + rng.randint(20, 70) * DAY
        if on <= village.days[-1] and (not helper.left_on or on < helper.left_on):
            found.append(Deed("policy_cards", village, on, helper=helper, facts={"edition": f"{on.year}版"}))
    return found


def _reports(rng: random.Random, truth: Truth) -> list[Deed]:
    """A report of danger for one child in thirty; the last of them comes too late, which is planted."""
    found = []
    for child in rng.sample(truth.children, (len(truth.children) + 29) // 30):
        stay = child.stays[0]
        room = (min(stay.until or dt.date.max, stay.village.days[-1]) - stay.since).days
        if room < 25:
            continue
        on = stay.since + dt.timedelta(days=rng.randrange(5, room - 8))
        facts = {
            "reported_on": on + rng.choice((0, 0, 0, 1)) * DAY,
            "situation": rng.choice(_SITUATIONS),
            "reported_to": rng.choice(_RECEIVERS),
            "fed_back": "是" if rng.random() < 0.85 else "否",
        }
        found.append(Deed("safety_reports", stay.village, on, child, facts=facts))
    for deed in found[-1:]:
        deed.facts["reported_on"] = deed.on + 5 * DAY
        deed.faults.append("report_late")
    return found
