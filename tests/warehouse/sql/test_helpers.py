"""Helper families: in service, in the circle, paired, and who has not visited any of their children (plan 2.2, 3.2.1)."""

import datetime as dt

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW
from warehouse.metrics import drilldown

DAY = "2025-06-15"
NAMES = ("helpers", "in_circle", "paired_helpers", "never_visited_helpers", "paired_children", "children_per_helper")


def told(town, day=DAY, by="town"):
    """The figures of helpers, one tuple per row."""
    return [tuple(row[name] for name in NAMES) for row in town.ask("helpers", day, by)]


def test_helpers_are_those_in_service_and_paired_those_with_a_child_in_scope(town):
    for child in ("a", "b"):
        town.child(child)
    town.child("expired", born_on="2000-01-01")
    for helper in ("two", "one", "expired", "ended", "idle", "left"):
        town.helper(helper, category="outside" if helper == "one" else "town_staff", left_on=DAY if helper == "left" else None)
    for child, helper in (("a", "two"), ("b", "two"), ("b", "one"), ("expired", "expired"), (None, "idle"), ("a", "left"), ("a", None)):
        town.pair(child, helper, "2025-06-01")
    town.pair("a", "ended", ended_on=DAY)
    assert told(town) == [(5, 4, 2, 0, 2, 1.5)]


def test_a_village_has_the_helpers_paired_there_and_its_own_children(town):
    town.child("stayed")
    town.child("moved", village=BRIDGE)
    town.helper("both")
    town.pair("stayed", "both", "2025-06-01")
    town.pair("moved", "both", "2025-06-01")
    assert told(town, by="village") == [(1, 1, 1, 0, 1, 1), (0, 0, 1, 0, 1, 1)]
    assert told(town) == [(1, 1, 1, 0, 2, 2)]
    rows = {village: drilldown.rows(town.build, "helpers", "paired_helpers", dt.date(2025, 6, 15), village) for village in (WILLOW, BRIDGE)}
    assert {village: [(row["is_there"], row["children"]) for row in named] for village, named in rows.items()} == {
        WILLOW: [(True, 2)],
        BRIDGE: [(False, 2)],
    }
    assert drilldown.rows(town.build, "duties", "helpers", dt.date(2025, 6, 15), BRIDGE) == []


@pytest.mark.parametrize(
    ("started_on", "ended_on", "day", "never"),
    [
        ("2025-01-02", None, "2025-03-02", 0),
        ("2025-01-01", None, "2025-03-02", 1),
        ("2024-01-01", None, "2025-03-02", 1),
        ("2025-01-01", "2025-03-03", "2025-06-15", 1),
        ("2025-01-01", "2025-03-02", "2025-06-15", 0),
    ],
)
def test_never_visited_asks_for_61_days_of_one_pairing_in_the_year(town, started_on, ended_on, day, never):
    town.child("a")
    town.child("b")
    town.helper("h")
    town.pair("a", "h", started_on, ended_on)
    town.pair("b", "h", "2025-04-25")
    assert told(town, day)[0][2:4] == (1, never)


@pytest.mark.parametrize(
    ("visit", "never"),
    [
        ({"child_id": "a"}, 0),
        ({"child_id": "former"}, 0),
        ({"child_id": "stranger"}, 1),
        ({"child_id": "a", "helper_id": "other"}, 1),
        ({"child_id": "a", "mode": "phone"}, 1),
        ({"child_id": "a", "on": "2024-12-31"}, 1),
        ({"child_id": "a", "on": "2025-06-16"}, 1),
    ],
)
def test_a_counted_visit_of_the_year_to_a_child_they_are_or_were_paired_with_counts(town, visit, never):
    for child in ("a", "former", "stranger"):
        town.child(child)
    town.helper("h")
    town.pair("a", "h")
    town.pair("former", "h", "2024-01-01", "2024-06-01")
    town.pair("stranger", "h", "2025-06-16")
    town.visit(visit.pop("child_id"), visit.pop("on", "2025-03-01"), **visit)
    assert told(town)[0][3] == never
    (row,) = drilldown.rows(town.build, "helpers", "helpers", dt.date(2025, 6, 15))
    assert (row["children"], row["visits_due"], row["visit_days"], row["is_idle"]) == (1, 2, 1 - never, bool(never))


def test_with_no_helper_there_is_no_children_per_helper(town):
    assert told(town) == [(0, 0, 0, 0, 0, None)]
