"""Visits of helper families (plan 3.2.1) as each village makes them: steady, too few, in one burst, or copied."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict

from etl.demo.world.chance import seeded
from etl.demo.world.model import Child, Deed, Helper, Pairing, Truth, Village

DAY = dt.timedelta(days=1)
TOPICS = ("身心健康", "学习教育", "亲子关系", "心愿清单", "家庭情况", "政策保障", "监护职责", "安全宣传")
_MODES = ["入户"] * 8 + ["到校"] * 2
_REMOTE = ["电话", "电话", "视频"]
_SEEN = (
    "孩子精神很好 孩子有些内向 刚放学在写作业 在院里帮着喂鸡 感冒刚好 正和同学打球 成绩比上次进步 "
    "最近睡得晚 字写得工整了 说起学校的事很高兴 衣着整洁 长高了不少 不大愿意说话 正在看课外书"
).split()
_HOME = (
    "老人身体尚可 家里收拾得干净 灶房电线老化 屋顶有一处漏雨 粮油够用 老人腿脚不便 地里活忙 "
    "院墙刚修好 家中养了两头猪 水电正常 家长当天来过电话 堂屋光线暗 冬衣备齐 农药已锁进柜子"
).split()
_DONE = (
    "陪着谈心半小时 辅导了数学应用题 讲了防溺水 讲了防诈骗和交通安全 与班主任通了电话 带去两本书 教孩子打求助电话 "
    "一起算了低保发放时间 帮着联系视频通话 约定每周给父母打电话 叮嘱按时吃药 说明了救助政策 量了身高体重 听孩子背课文"
).split()
_NEXT = (
    "下次带文具来 下月再看作业 请村医上门看看 已告诉儿童主任 约好周末再来 提醒按时体检 "
    "继续留意情绪 请电工来看 待开学后到校看看 建议参加假期课堂 请监护人多陪伴 下次一起收拾书桌"
).split()
_COPIED = ("入户走访了解儿童生活学习情况,一切正常", "宣传关爱政策,叮嘱注意安全,家庭情况良好")
_PROBLEMS = ("屋顶漏雨", "情绪低落", "缺少学习用品", "监护人体弱", "沉迷手机", "用电不安全", "盼父母回家")


def visit_town(truth: Truth, seed: int) -> None:
    """Add the visits of all years up to `until` to the town's deeds."""
    rng = seeded("visits", seed)
    paired: dict[int, list[Pairing]] = defaultdict(list)
    for pairing in truth.pairings:
        paired[id(pairing.child)].append(pairing)
    own = {village.code: [helper for helper in truth.helpers if helper.village is village] for village in truth.villages}
    for child in truth.children:
        for stay in child.stays:
            helpers = own[stay.village.code]
            for year in range(stay.since.year, truth.until.year + 1):
                begun = min((p.started_on for p in paired[id(child)] if p.helper in helpers), default=stay.since)
                since = max(stay.since + 3 * DAY, begun, dt.date(year, 1, 4))
                until = min(stay.until or dt.date.max, dt.date(year, 12, 29), stay.village.days[-1])
                truth.deeds += _year(rng, child, stay.village, helpers, paired[id(child)], since, until)


def _year(rng, child, village, helpers, pairings, since, until) -> list[Deed]:
    """A child's visits of one year in one village, between the two days."""
    span = (until - since).days
    if span < 12:
        return []
    conduct = village.conduct
    wanted = rng.choice(conduct.visits) * min(1.0, (span + 25) / 365)
    days = _days(rng, since, span, round(wanted + 0.15))
    if conduct.is_bursting:
        days = [_burst(rng, day, until) for day in days]
    visits = []
    for day in sorted(set(days)):
        helper = _who(village, helpers, pairings, child, day)
        visits.append(_visit(rng, child, village, helper, day, rng.choice(_MODES)))
    if not conduct.copies_notes and rng.random() < 0.45:
        day = since + rng.randrange(span) * DAY
        visits.append(_visit(rng, child, village, _who(village, helpers, pairings, child, day), day, rng.choice(_REMOTE)))
    return visits


def _days(rng: random.Random, since: dt.date, span: int, count: int) -> list[dt.date]:
    """`count` days spread evenly over the span, none exactly on its mark."""
    step = span / max(count, 1)
    return [since + dt.timedelta(days=int(min(span - 1, step * at + rng.uniform(0.1, 0.9) * step))) for at in range(count)]


def _burst(rng: random.Random, day: dt.date, until: dt.date) -> dt.date:
    """Two visits of three slip to three days in the middle of December, where the year reaches that far."""
    eve = dt.date(day.year, 12, 13)
    return eve + rng.randrange(3) * DAY if rng.random() < 0.7 and until > eve + 5 * DAY else day


def _who(village: Village, helpers: list[Helper], pairings: list[Pairing], child: Child, day: dt.date) -> Helper:
    """The child's helper of that day, else one of the village."""
    for pairing in pairings:
        if pairing.runs(day) and pairing.helper.village is village:
            return pairing.helper
    inside = [helper for helper in helpers if not helper.left_on or day < helper.left_on]
    return inside[(child.household[1] + len(child.name)) % len(inside)]


def _visit(rng: random.Random, child: Child, village: Village, helper: Helper, day: dt.date, mode: str) -> Deed:
    """One visit with what was talked about and noted."""
    copied = village.conduct.copies_notes and rng.random() < 0.7
    note = rng.choice(_COPIED) if copied else ",".join(rng.choice(part) for part in (_SEEN, _HOME, _DONE, _NEXT))
    late = rng.random() < (0.08 if village.number % 4 == 2 else 0.004)
    facts = {
        "mode": mode,
        "topics": sorted(rng.sample(TOPICS, rng.choice((1, 2, 2, 3))), key=TOPICS.index),
        "note": note + "。",
        "problem": rng.choice(_PROBLEMS) if not copied and rng.random() < 0.16 else None,
        "recorded_on": day + dt.timedelta(days=rng.randint(32, 60) if late else rng.randint(0, 9)),
    }
    return Deed("visits", village, day, child, helper, facts)
