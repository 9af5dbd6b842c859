"""What is done for the children: helpers and whom they are paired with (plan 2.2, 2.3), departments, visits, and other duties (plan 3.2)."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from etl.demo.world.chance import DAY, WORDS, Chance
from etl.demo.world.model import Child, Record, Truth, Village, age_on


def pair_town(truth: Truth, seed: int) -> None:
    """Give every village its helpers, its pairings, sound by themselves, and, where it has one, its department cover."""
    rng = Chance(f"pairings {seed}")
    taken = {village.director for village in truth.villages}
    for village in truth.villages:
        children = [child for child in truth.children if any(stay.village is village for stay in child.stays)]
        helpers = _helpers(rng, village, len(children), taken)
        truth.records += [*helpers, *_pairings(rng, village, children, helpers, truth.last)]
        if village.has_cover:
            class_nos = ["4-6", "四至六类", "4、5、6"][village.number % 3] if village.covers_poor else "5-6"
            facts = {"department": WORDS.town_units[1 + village.number % 6], "class_nos": class_nos}
            ahead = (-110 if village.is_covered_late else 60) + village.number * 3 % 50
            truth.records.append(Record("department_covers", village, village.days[0] - ahead * DAY, None, facts=facts))


def _helpers(rng: Chance, village: Village, children: int, taken: set[str]) -> list[Record]:
    """Return helpers for the village's children, women and men in turn; fewer where few visit many."""
    units = {"镇": WORDS.town_units, "村": [village.name + ("委会" if village.kind == "村" else "居委会")], "县": WORDS.county_units}
    helpers = []
    for at in range(max(2, round(children / (12 if village.is_bursting else 2.7)))):
        sex, category = "女男"[at % 2], rng.choice(WORDS.categories)
        facts = {"helper_no": f"AX{village.number + 1:02d}{at + 1:03d}", "sex": sex, "category": category, "linked_village": village.name}
        facts["helper_name"] = rng.unused_name(taken, WORDS.adult_names[sex])
        facts |= {"unit": rng.choice(units[category[0]]), "post": rng.choice(WORDS.posts)}
        facts["party_member"] = "中共党员" if category[0] == "县" or rng.random() < 0.6 else "群众"
        facts["phone"] = rng.phone()
        helpers.append(Record("helpers", village, village.days[0] - rng.days(275, 330), None, facts=facts))
    return helpers


def _pairings(rng: Chance, village: Village, children: list[Child], helpers: list[Record], last: dt.date) -> Iterator[Record]:
    """Pair household by household, to the end of the stay: the same helper for all, a woman where a girl is (or will be) eight."""
    women = [helper for helper in helpers if helper.facts["sex"] == "女"]
    homes = [list(home) for _, home in groupby(children, key=lambda child: child.household)]
    first_turn = rng.randrange(len(helpers)) + 1
    # Chances of which any few that follow one another are spread well, so that small villages tell their story.
    chances = {needs_family: rng.random() + len(homes) * 0.6180339887 for needs_family in (True, False)}
    for turn, home in enumerate(homes, first_turn):
        girls = [child for child in home if child.facts["sex"] == "女" and age_on(child.facts["born_on"], last) >= 8]
        candidates = women if girls else helpers
        needs_family = any(min(stay.classes) <= 3 for child in home for stay in child.stays)
        chances[needs_family] -= 0.6180339887
        chance = chances[needs_family] % 1
        if (not needs_family and rng.random() >= village.family_share) or chance > village.paired_later:
            continue
        for child in home:
            stays = [stay for stay in child.stays if stay.village is village]
            until = next((stay.until for stay in stays if stay.until and not stay.hidden_from), None)
            since = stays[0].since + rng.days(4, 25)
            room = (last - max(since, village.days[0])).days - 30
            if chance > village.paired_at_start and room > 40:  # some time in the two years that follow
                since = max(since, village.days[0]) + rng.days(10, min(room, 420))
            since = min(since, until - DAY) if until else since
            child.pairings.append(Record("pairings", village, since, until, child, candidates[turn % len(candidates)]))
            yield child.pairings[-1]


def visit_town(truth: Truth, seed: int) -> None:
    """Add the visits of all years up to `until`, by each child's helper of the day, else by one of the village."""
    rng = Chance(f"visits {seed}")
    helpers = {village.code: truth.of("helpers", village) for village in truth.villages}
    for stay in [stay for child in truth.children for stay in child.stays]:
        child, village = stay.child, stay.village
        paired = [pairing for pairing in child.pairings if pairing.village is village]
        begun = min((pairing.since for pairing in paired), default=stay.since)
        for year in range(stay.since.year, truth.until.year + 1):
            since = max(stay.since + 3 * DAY, begun, dt.date(year, 1, 4))
            until = min(stay.until or dt.date.max, dt.date(year, 12, 29), village.days[-1])
            for day, modes in _visit_days(rng, village, since, until):
                serving = [helper for helper in helpers[village.code] if helper.until is None or day < helper.until]
                helping = [pairing.helper for pairing in paired if pairing.runs(day)]
                helper = helping[0] if helping else serving[(child.household[1] + len(child.facts["child_name"])) % len(serving)]
                truth.records.append(Record("visits", village, day, day, child, helper, _note(rng, village, day, modes)))


def _visit_days(rng: Chance, village: Village, since: dt.date, until: dt.date) -> Iterator[tuple[dt.date, list[str]]]:
    """Yield the days of one year's visits with their modes, as each village makes them: steady, too few, or in one burst."""
    span = (until - since).days
    if span < 12:
        return
    count = round(rng.choice(village.visits_a_year) * min(1.0, (span + 25) / 365) + 0.15)
    step = span / max(count, 1)
    on = [since + int(min(span - 1, step * at + rng.uniform(0.1, 0.9) * step)) * DAY for at in range(count)]
    if village.is_bursting:  # two visits of three slip to three days in the middle of December
        eve = dt.date(since.year, 12, 13)
        on = [eve + rng.randrange(3) * DAY if rng.random() < 0.7 and until > eve + 5 * DAY else day for day in on]
    for day in sorted(set(on)):
        yield day, WORDS.modes
    if not village.copies_notes and rng.random() < 0.45:
        yield since + rng.randrange(span) * DAY, WORDS.remote_modes


def _note(rng: Chance, village: Village, day: dt.date, modes: list[str]) -> dict[str, object]:
    mode, is_copied = rng.choice(modes), village.copies_notes and rng.random() < 0.7
    note = rng.choice(WORDS.copied) if is_copied else ",".join(rng.choice(part) for part in WORDS.notes)
    is_late = rng.random() < (0.08 if village.number % 4 == 2 else 0.004)
    topics = sorted(rng.sample(WORDS.topics, rng.choice((1, 2, 2, 3))), key=WORDS.topics.index)
    problem = rng.choice(WORDS.problems) if not is_copied and rng.random() < 0.16 else None
    recorded_on = day + (rng.days(32, 60) if is_late else rng.days(0, 9))
    facts = {"mode": mode, "topics": topics, "note": note + "。", "problem": problem}
    return facts | {"recorded_on": lambda reporting_day: min(reporting_day, recorded_on)}


def do_duties(truth: Truth, seed: int) -> None:
    """Add needs, trainings, cards, reports and care events up to each village's last reporting day."""
    rng, last_year = Chance(f"duties {seed}"), truth.until.year
    for child in truth.children:
        for stay in child.stays:
            truth.records += [*_needs(rng, stay), *_care_events(rng, stay, last_year)]
    for village in truth.villages:
        truth.records += _of_helpers(rng, village, truth.of("helpers", village), last_year)
    for child in rng.sample(truth.children, (len(truth.children) + 29) // 30):
        truth.records += _reports(rng, child.stays[0])
    for report in truth.of("safety_reports")[-1:]:  # comes too late, which is planted
        report.facts["reported_on"] = report.since + 5 * DAY
        report.faults.append("report_late")


def _needs(rng: Chance, stay: Record) -> Iterator[Record]:
    """Yield a difficulty now and then, with its day to be solved by; how many are solved is the village's conduct."""
    on = stay.since + rng.days(10, 900)
    while on < min(stay.until or dt.date.max, stay.village.days[-1]):
        category, allowed = rng.choice(list(WORDS.needs)), rng.choice((30, 60, 90))
        passed = rng.days(8, allowed - 5) if rng.random() < 0.85 else rng.days(allowed, allowed + 60)
        facts = {"category": category, "description": rng.choice(WORDS.needs[category]), "due_on": on + allowed * DAY}
        facts["department"] = rng.choice(WORDS.town_units + WORDS.county_units)
        facts["joint_meeting"] = "是" if rng.random() < 0.12 else "否"
        resolved_on = on + passed if rng.random() < stay.village.solved else None
        yield Record("needs", stay.village, on, resolved_on, stay.child, facts=facts)
        on += rng.days(150, 1500)


def _care_events(rng: Chance, stay: Record, last_year: int) -> Iterator[Record]:
    """Yield the five occasions of each year while the child is listed, kept as often as the village does."""
    born_on = stay.child.facts["born_on"]
    for year in range(stay.since.year, last_year + 1):
        occasions = {
            "春节": dt.date(year, *WORDS.festivals.get(str(year), (2, 1))) - rng.days(2, 9),
            "寒假": dt.date(year, 2, rng.randint(1, 25)),
            "儿童节": dt.date(year, 6, 1) - rng.days(0, 3),
            "暑假": dt.date(year, 7, rng.randint(8, 31)),
            "生日": dt.date(year, born_on.month, min(born_on.day, 28)),
        }
        for occasion, on in occasions.items():
            if stay.runs(on) and on <= stay.village.days[-1] and rng.random() < stay.village.cared:
                yield Record("care_events", stay.village, on, on, stay.child, facts={"occasion": occasion})


def _of_helpers(rng: Chance, village: Village, helpers: list[Record], last_year: int) -> Iterator[Record]:
    """Yield a training a year for almost every helper, a second for some; then policy cards, most before the first ledger."""
    first, last = village.days[0], village.days[-1]
    for year in range(first.year - (first.month < 6), last_year + 1):
        topics = {"未成年人保护政策培训": (rng.randint(5, 6), village.trained), "强制报告与心理关爱培训": (10, 0.35)}
        for topic, (month, share) in topics.items():
            on = dt.date(year, month, rng.randint(6, 27))
            for helper in helpers if on <= last else []:
                if helper.runs(on) and rng.random() < share:
                    yield Record("trainings", village, on, on, helper=helper, facts={"topic": topic})
    for helper in [helper for helper in helpers if helper.runs(first)]:
        on = first - rng.days(10, 90) if rng.random() < 0.91 else first + rng.days(20, 70)
        if on <= last and on < (helper.until or dt.date.max):
            yield Record("policy_cards", village, on, on, helper=helper, facts={"edition": f"{on.year}版"})


def _reports(rng: Chance, stay: Record) -> Iterator[Record]:
    """Yield a report of danger, where the stay is long enough."""
    room = (min(stay.until or dt.date.max, stay.village.days[-1]) - stay.since).days
    if room >= 25:
        on = stay.since + rng.randrange(5, room - 8) * DAY
        facts = {"reported_on": on + rng.choice((0, 0, 0, 1)) * DAY, "situation": rng.choice(WORDS.situations)}
        facts |= {"reported_to": rng.choice(WORDS.receivers), "fed_back": "是" if rng.random() < 0.85 else "否"}
        yield Record("safety_reports", stay.village, on, on, stay.child, facts=facts)
