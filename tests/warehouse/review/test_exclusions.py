"""A figure inspected: what could be counted is what was counted and what was left out; bounds hold; other ways give what they say."""

import datetime as dt
from functools import cache
from itertools import product

import pytest

from tests.conftest import part_of
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import drilldown, query
from warehouse.review import alternative_counts, exclusions, sensitivity
from warehouse.sql import compose

DAYS = (dt.date(2025, 12, 31), dt.date(2024, 8, 20))
DAY = DAYS[0]
# Every measure on the newest day; on one that no build lays down one measure of every kind of rows.
ASKED = [(each.code, DAY) for each in exclusions.measures()]
ASKED += [(code, DAYS[1]) for code in {each.rows: each.code for each in exclusions.measures()}.values()]


@pytest.fixture(scope="module")
def build(demo_home):
    """The demo town."""
    return repository.open_build(demo_home)


@pytest.fixture(scope="module")
def places(build):
    """The town and every village."""
    return [None, *(row["village_id"] for row in build.rows("select village_id from villages order by sort_no"))]


@pytest.fixture(scope="module")
def told(build):
    """The answers of a metric on a day by village, the town's under None; asked for once."""
    return cache(
        lambda metric, day: {row.get("village_id"): row for by in ("town", "village") for row in query.ask(build, metric, day, by)}
    )


def parts(lines):
    """(numerator, denominator) of the lines of a figure."""
    return sum(line["counted"] for line in lines), sum(line["counts"] for line in lines)


def by_place(build, code, day, places):
    """The lines of a figure by place, of all villages at once where each row has one village."""
    if exclusions.measure(code).rows == "helpers":
        return {place: exclusions.counted_and_excluded(exclusions.Question(build, code, day, place)) for place in places}
    sums = ", ".join(exclusions.NUMBERS.format(name) for name in ("most", "counts", "counted"))
    sql = f"select village_id, why, {sums} from ({exclusions.Question(build, code, day).population_sql()}) as w group by 1, 2"
    rows = build.rows(compose.bind_day(sql, day))
    return {place: [row for row in rows if row["village_id"] == place] for place in places[1:]} | {
        None: exclusions.counted_and_excluded(exclusions.Question(build, code, day))
    }


def test_a_name_is_offered_once_and_every_indicator_of_the_goals_is(build):
    names, goals = [str(each.title) for each in exclusions.measures()], {row["indicator"] for row in query.ask(build, "goals", DAY)}
    assert (sorted(names), goals - {each.code for each in exclusions.measures()}) == (sorted({*names}), set())


@pytest.mark.parametrize(("code", "day"), ASKED)
def test_all_that_could_be_counted_is_what_was_and_what_was_left_out_with_its_reason(code, day, build, places, told):
    asked = exclusions.measure(code)
    answers = told(asked.metric, day)
    for place, lines in by_place(build, code, day, places).items():
        wanted = [answers[place].get(name) for name in (asked.numerator, asked.denominator)]
        if None in wanted:  # a figure of the pages alone
            of_place = place if asked.rows == "helpers" else None  # a helper's village is that of the pairings
            rows = [row for row in drilldown.share_rows(build, code, day, of_place) if place in (None, row["village_id"])]
            wanted = [sum(row[name] for row in rows) for name in ("counted", "counts")]
        assert (place, *parts(lines)) == (place, *wanted)
        assert [line for line in lines if line["why"] and (line["counts"] or line["counted"] or not line["most"])] == []
        assert [line for line in lines if line["counts"] != line["most"] and not line["why"]] == []


def test_the_lines_of_one_village_are_those_of_its_rows_in_the_town(build, places):
    for code in ("coverage_share", "visits.visit_days", "field_complete_share"):
        lines = {}
        for line in exclusions.counted_and_excluded(exclusions.Question(build, code, DAY, places[3])):
            lines[line["why"]] = lines.get(line["why"], 0) + line["most"]
        assert lines == {line["why"]: line["most"] for line in by_place(build, code, DAY, places)[places[3]]}


@pytest.mark.parametrize("day", DAYS)
def test_registered_children_are_the_denominator_and_what_is_left_out_on_the_day(day, build, places):
    told = {row.get("village_id"): row for by in ("town", "village") for row in query.ask(build, "eligibility", day, by)}
    for code in ("coverage_share", "coverage_share_1_3", "visit_pace_share", "conforming_share"):
        for place, lines in by_place(build, code, day, places).items():
            there = sum(line["most"] for line in lines if line["why"] not in exclusions.NOT_THERE)
            expired = sum(line["most"] for line in lines if line["why"] == "is_in_scope")
            assert (place, there, expired) == (place, told[place]["registered"], told[place]["expired"])


def test_the_children_left_out_as_expired_have_the_reasons_that_their_classes_have(build):
    lines = {
        line["detail"]: line["most"]
        for line in exclusions.counted_and_excluded(exclusions.Question(build, "coverage_share", DAY))
        if line["why"] == "is_in_scope"
    }
    rows = drilldown.rows(build, "eligibility", "expired", DAY)
    of_class = {(row["child_id"], row["class_no"]): row["reason"] for row in drilldown.rows(build, "eligibility_reasons", "children", DAY)}
    wanted = [of_class[row["child_id"], row["class_no"]] for row in rows]
    assert lines == {reason: wanted.count(reason) for reason in wanted}


WITH_CLASSES = [each.code for each in exclusions.measures() if exclusions.has_classes(each)]


@pytest.mark.parametrize(("at", "code"), enumerate(WITH_CLASSES))
def test_every_class_adds_up_too(at, code, build):
    """Two classes of each figure, all six of one."""
    asked = exclusions.measure(code)
    answers = {row["class_no"]: row for row in query.ask(build, asked.metric, DAY, "class")}
    told = {row["class_no"]: row["registered"] for row in query.ask(build, "eligibility", DAY, "class")}
    for class_no in range(1, 7) if code == "coverage_share" else part_of(range(1, 7), 3, at % 3):
        lines = exclusions.counted_and_excluded(exclusions.Question(build, code, DAY, None, class_no))
        wanted = [answers[class_no].get(name) for name in (asked.numerator, asked.denominator)]
        assert None in wanted or (class_no, *parts(lines)) == (class_no, *wanted)
        if code == "coverage_share":
            assert sum(line["most"] for line in lines if line["why"] not in exclusions.NOT_THERE) == told[class_no]


@pytest.mark.parametrize("code", [one.code for one in exclusions.measures()][::3])
def test_every_line_of_what_is_left_out_opens_as_many_rows(code, build, places):
    asked = exclusions.measure(code)
    for line in exclusions.counted_and_excluded(exclusions.Question(build, code, DAY, places[2])):
        if line["why"]:
            rows = exclusions.left_out(exclusions.Question(build, code, DAY, places[2]), (line["why"], line["detail"]), 10_000)
            assert (line["why"], sum(row["most"] for row in rows)) == (line["why"], line["most"])
            assert [row for row in rows if asked.rows not in ("villages", "declarations") and not row["file"]] == []


def test_the_bound_of_a_share_holds_by_brute_force():
    """Six rows: counted in full, falling short, left out, each touched or not; every way to turn the touched ones out."""
    out, short, full = (0, 0), (0, 1), (1, 1)
    for states in product((out, short, full), repeat=4):
        for touched in product((False, True), repeat=4):
            hit = [state for state, is_touched in zip(states, touched, strict=True) if is_touched]
            rest = [state for state, is_touched in zip(states, touched, strict=True) if not is_touched]
            told = {"most": len(hit), "counts": sum(d for _n, d in hit), "counted": sum(n for n, _d in hit)}
            bound = sensitivity.bound(sum(d for _n, d in states), sum(n for n, _d in states), told)
            shares, counts = set(), set()
            for turned in product((out, short, full), repeat=len(hit)):
                numerator, denominator = (sum(row[at] for row in (*rest, *turned)) for at in (0, 1))
                counts.add(numerator)
                if denominator:
                    shares.add(numerator / denominator)
            assert (min(counts), max(counts)) == (bound.low[0], bound.high[0])
            if shares:
                assert (min(shares), max(shares)) == tuple(part[0] / part[1] for part in (bound.low, bound.high))


def test_findings_touch_the_children_that_they_name_and_each_child_once_for_all(build):
    lines = sensitivity.affecting_findings(exclusions.Question(build, "coverage_share", DAY))
    named = build.rows(
        "select code, severity, count(*) as found, count(distinct child_id) as n from findings where child_id is not null group by 1, 2"
    )
    wanted = {(row["code"], row["severity"]): (row["found"], row["n"]) for row in named}
    told = {(line["code"], line["severity"]): (line["findings"], line["children"]) for line in lines if line["code"]}
    assert {key: told[key] for key in wanted} == wanted
    everyone = next(line for line in lines if (line["code"], line["severity"]) == (None, "all"))
    known = build.rows("select count(distinct child_id) as n from findings where child_id in (select child_id from children)")[0]["n"]
    assert everyone["most"] == known < sum(line["most"] for line in lines if line["code"])


def test_a_village_that_is_not_the_readers_is_refused(build, places):
    reading = row_access.ScopedDay(build, (places[1],), DAY)
    assert reading.inspected("accounted", "coverage_share", places[1])
    for place in (places[2], None):
        for ask in (
            lambda place: reading.inspected("on_this_day", "coverage_share", place),
            lambda place: reading.inspected("left_out", "coverage_share", place, line=None, most=5),
            lambda place: reading.in_load(build.id, "coverage_share", place),
        ):
            with pytest.raises(row_access.OutOfScope):
                ask(place)


def test_findings_of_another_villages_ledgers_are_not_counted_for_an_account_of_one(build, places):
    """The demo has a child that moved: an overdue need of its stands in the ledger of the village it came from."""
    all_told, more = 0, 0
    for place in filter(None, places):
        own = build.rows("select code, count(*) as n from findings where village_id = $place group by code", {"place": place})
        most = {row["code"]: row["n"] for row in own}
        told, seen = (
            row_access.ScopedDay(build, scope, DAY).inspected("touched", "coverage_share", place) for scope in (row_access.WHOLE, (place,))
        )
        assert [line for line in seen if line["code"] and line["findings"] > most.get(line["code"], 0)] == []
        all_told, more = all_told + len(seen), more + (told != seen)
    assert (all_told > 20, more > 0) == (True, True)


def test_a_figure_on_another_day_is_the_metrics_own_of_that_day(build, places):
    for place, class_no in ((None, None), (places[1], None), (None, 6), (places[1], 6)):
        found = {
            way.detail: (way.numerator, way.denominator)
            for way in alternative_counts.on_other_days(exclusions.Question(build, "coverage_share", DAY, place, class_no))
        }
        for day in (dt.date(2025, 11, 30), dt.date(2024, 12, 31)):
            way = alternative_counts.counted(exclusions.Question(build, "coverage_share", day, place, class_no))
            assert found[str(day)] == (way.numerator, way.denominator)
        assert len(found) == 13 and str(DAY) not in found


def test_of_two_visits_on_one_day_one_is_left_out_as_such(town):
    town.child("a")
    town.helper("h")
    town.pair("a", "h")
    town.visit("a", "2025-03-03", "2025-03-03")
    lines = exclusions.counted_and_excluded(exclusions.Question(town.build, "visits.visit_days", DAY))
    assert {line["why"]: line["most"] for line in lines} == {None: 1, "visit_same_day": 1}
    assert town.figure("visits", str(DAY))["visit_days"] == 1


def test_in_a_class_that_has_expired_a_visit_that_never_counted_keeps_its_own_reason(town):
    parents = {"father_status": "serious_illness", "mother_status": "guardianship_revoked", "mother_until": "2025-06-14"}
    town.child("a", [2, 5], **parents)
    town.visit("a", "2025-07-01")
    town.visit("a", "2025-07-02", mode="phone")
    of_class = {}
    for class_no in (2, 5):
        lines = exclusions.counted_and_excluded(exclusions.Question(town.build, "visits.visit_days", DAY, None, class_no))
        of_class[class_no] = {line["why"]: line["most"] for line in lines}
    assert of_class == {2: {"child_expired": 1, "visit_mode": 1}, 5: {None: 1, "visit_mode": 1}}
