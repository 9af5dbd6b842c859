"""Visits that count, and what is due (plan 3.2.1)."""

import datetime as dt

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW
from warehouse.metrics import drilldown

NAMES = ("scope_days", "visit_days", "due", "due_year", "is_on_pace", "days_since_visit")


def visited(town, day, child_id="a"):
    """A child's scope days, visit days, due, due in the year, pace and days since the last visit."""
    (row,) = [row for row in town.step("child_visits", day) if row["child_id"] == child_id]
    return tuple(row[name] for name in NAMES)


def test_two_visits_on_a_day_count_once_and_phone_ticked_months_and_other_years_not_at_all(town):
    town.child("a")
    town.visit("a", "2025-03-01", helper_id="h")
    town.visit("a", "2025-03-01", helper_id="i", mode="at_school")
    town.visit("a", "2025-04-01", mode="phone")
    town.visit("a", "2025-05-15", mode="unknown", precision="month")
    town.visit("a", "2024-12-31", "2026-01-01")
    town.visit("a", "2025-06-16")
    town.visit(None, "2025-05-01")
    assert visited(town, "2025-06-15")[1] == 1


@pytest.mark.parametrize(("day", "due"), [("2025-03-01", 0), ("2025-03-02", 1), ("2025-12-30", 5), ("2025-12-31", 6)])
def test_due_grows_by_one_every_sixth_of_the_year(town, day, due):
    town.child("a")
    assert visited(town, day)[2] == due


def test_in_a_leap_year_a_sixth_is_61_days(town):
    town.child("a")
    assert [visited(town, day)[2] for day in ("2024-02-29", "2024-03-01", "2024-12-31")] == [0, 1, 6]


def test_scope_begins_with_the_listing_and_ends_the_day_before_the_delisting(town):
    town.child("a", listed_on="2025-11-01", delisted_on="2025-12-01")
    assert visited(town, "2025-11-01") == (1, 0, 0, 0, True, 0)
    assert visited(town, "2025-11-30") == (30, 0, 0, 0, True, 29)


def test_due_in_the_year_counts_to_its_end_or_the_day_before_the_delisting(town):
    town.child("a", listed_on="2024-05-01")
    town.child("b", listed_on="2024-05-01", delisted_on="2025-07-03")
    assert [visited(town, "2025-01-31", child)[2:4] for child in "ab"] == [(0, 6), (0, 3)]


def test_a_child_of_two_classes_is_in_scope_from_the_first_to_the_last_of_them(town):
    town.child("a", [1], listed_on="2025-03-01", delisted_on="2025-08-01")
    town.member("a", 5, listed_on="2025-02-01")
    assert visited(town, "2025-03-31")[0::3] == (59, 5)


def test_days_since_the_visit_run_from_the_last_visit_of_any_year_or_the_listing(town):
    for child, listed_on in (("old", "2023-01-01"), ("none", "2025-05-01"), ("before", "2025-05-01")):
        town.child(child, listed_on=listed_on)
    town.visit("old", "2024-12-01")
    town.visit("before", "2025-04-01")
    assert [visited(town, "2025-06-15", child)[5] for child in ("old", "none", "before")] == [196, 45, 45]


@pytest.mark.parametrize(("day", "over"), [("2025-03-02", 0), ("2025-03-03", 1)])
def test_over_60_days_begins_with_the_61st(town, day, over):
    town.child("a", listed_on="2025-01-01")
    assert town.figure("visits", day)["over_60_days"] == over


def test_the_longest_gap_lies_between_scope_start_visit_days_and_the_day(town):
    town.child("a", listed_on="2025-01-11")
    town.child("b", listed_on="2023-01-01")
    town.visit("a", "2025-01-20", "2025-03-01", "2024-12-01", "2025-01-05")
    gaps = {row["child_id"]: row["longest_gap_days"] for row in town.step("visit_gaps", "2025-03-11")}
    assert gaps == {"a": 40, "b": 69}


def test_pace_counts_in_scope_children_with_a_visit_due_and_sums_days_over_all_in_scope(town):
    town.child("on pace")
    town.child("behind")
    town.child("new", listed_on="2025-06-01")
    town.child("expired", born_on="2000-01-01")
    town.visit("on pace", "2025-01-02", "2025-02-02", "2025-02-03")
    town.visit("behind", "2025-06-15")
    town.visit("new", "2025-06-14")
    town.visit("expired", "2025-06-14")
    assert town.ask("visits", "2025-06-15") == [
        {
            "due_children": 2,
            "on_pace": 1,
            "visit_pace_share": 0.5,
            "visit_days": 5,
            "child_years": pytest.approx((166 + 166 + 15) / 365, abs=1e-12),
            "visits_per_child_year": pytest.approx(5 * 365 / 347, abs=1e-12),
            "never_visited": 0,
            "over_60_days": 1,
        }
    ]


def test_never_visited_asks_for_one_visit_due(town):
    town.child("a")
    town.child("new", listed_on="2025-06-01")
    town.visit("a", "2024-12-31")
    assert town.figure("visits", "2025-06-15")["never_visited"] == 1


def test_which_modes_count_is_a_setting(town):
    town.home.joinpath("settings.toml").write_text('[visits]\ncounted_modes = ["in_person", "video"]\n')
    town.child("a")
    town.visit("a", "2025-01-02", mode="video")
    town.visit("a", "2025-01-03", mode="at_school")
    assert town.figure("visits", "2025-01-31")["visit_days"] == 1


def test_with_nobody_in_scope_there_is_no_rate(town):
    expected = {"due_children": 0, "on_pace": 0, "visit_pace_share": None, "visit_days": 0, "child_years": 0.0}
    expected |= {"visits_per_child_year": None, "never_visited": 0, "over_60_days": 0}
    assert town.ask("visits", "2025-06-15") == [expected]


@pytest.mark.parametrize(("left", "scope_days"), [("2025-05-01", 181), ("2025-03-31", 181), ("2025-03-30", 61)])
def test_a_move_or_a_change_of_class_does_not_begin_the_year_anew_but_a_gap_over_31_days_does(town, left, scope_days):
    town.child("a", [6], listed_on="2024-01-01", delisted_on=left)
    town.member("a", 2, BRIDGE, listed_on="2025-05-01")
    town.facts("a", ledger_on="2025-05-01", village=BRIDGE)
    assert visited(town, "2025-06-30")[0] == scope_days


def test_days_since_the_visit_run_from_the_beginning_of_the_unbroken_chain(town):
    town.child("a", [6], listed_on="2025-01-01", delisted_on="2025-04-01")
    town.member("a", 2, listed_on="2025-04-01")
    assert visited(town, "2025-04-30")[5] == 119


def test_nobody_is_registered_before_birth(town):
    town.child("a", born_on="2025-06-01", listed_on="2025-01-01")
    assert [town.figure("eligibility", day)["registered"] for day in ("2025-05-31", "2025-06-01")] == [0, 1]


def test_the_median_of_the_longest_gaps_and_those_over_90_days_are_of_children_in_scope(town):
    town.child("a", [1, 4], dibao_from="2023-01-01")
    town.child("b", village=BRIDGE)
    town.child("c", listed_on="2025-04-11", village=BRIDGE)
    town.child("expired", born_on="2000-01-01")
    town.visit("a", "2025-04-01")
    town.visit("b", "2025-04-02")
    counted = [(row["village_id"], *list(row.values())[2:]) for row in town.ask("gaps", "2025-05-01", "village")]
    assert counted == [(WILLOW, 1, 90, 0), (BRIDGE, 2, 55.5, 1)]
    assert list(town.figure("gaps", "2025-05-01").values()) == [3, 90, 1]
    assert [list(row.values())[1:] for row in town.ask("gaps", "2025-05-01", "class")][:4] == [
        [3, 90, 1],
        [0, None, 0],
        [0, None, 0],
        [1, 90, 0],
    ]
    rows = drilldown.rows(town.build, "gaps", "over_90_days", dt.date(2025, 5, 1))
    assert [(row["child_id"], row["longest_gap_days"]) for row in rows] == [("b", 91)]


def test_topics_are_of_counted_days_of_children_in_scope_whose_ledger_has_topics_and_each_day_counts_once(town):
    for child in "abc":
        town.child(child, village=BRIDGE if child == "c" else WILLOW, born_on="2000-01-01" if child == "b" else "2015-06-15")
    no, yes = ({f"has_topic_{topic}": has for topic in ("health", "safety")} for has in (False, True))
    town.visit("a", "2025-03-01", helper_id="h", **no | {"has_topic_health": True})
    town.visit("a", "2025-03-01", helper_id="i", **no | {"has_topic_safety": True})
    town.visit("a", "2025-03-02", **no)
    town.visit("a", "2025-03-03", has_topic_health=None)
    town.visit("a", "2025-03-04", mode="phone", **yes)
    town.visit("a", "2024-03-04", "2025-06-16", **yes)
    town.visit("b", "2025-03-01", **yes)
    town.visit("c", "2025-03-01", has_topic_wishes=True, village=WILLOW)
    found = {row["topic"]: (row["visits"], row["with_topic"], row["topic_share"]) for row in town.ask("topics", "2025-06-15")}
    assert len(found) == 8 and {topic: row for topic, row in found.items() if row[1]} == dict.fromkeys(
        ("health", "safety", "wishes"), (3, 1, 1 / 3)
    )
    of_village = [(row["village_id"], row["visits"], row["with_topic"]) for row in town.ask("topics", "2025-06-15", "village")]
    assert [row for row in of_village if row[2]] == [(WILLOW, 2, 1), (WILLOW, 2, 1), (BRIDGE, 1, 1)]
    rows = drilldown.rows(town.build, "topics", "visits", dt.date(2025, 6, 15))
    assert [(row["child_id"], row["topics"]) for row in rows] == [("a", "health safety "), ("a", ""), ("c", "wishes ")]


def test_without_topics_in_any_ledger_there_is_no_share(town):
    town.child("a")
    town.visit("a", "2025-03-01")
    assert {(row["visits"], row["with_topic"], row["topic_share"]) for row in town.ask("topics", "2025-06-15")} == {(0, 0, None)}
