"""Signs of going through the motions (plan 4): each with the number that is enough and the one that is not."""

import datetime as dt

import pytest

from tests.warehouse.town_builder import WILLOW

DAY = "2025-12-31"


def leads(town, day=DAY):
    """Which leads there are, with rows and first and last day."""
    return {row["lead"]: (row["rows"], str(row["since"]), str(row["until"])) for row in town.ask("leads", day)}


def days(first: str, count: int, apart: int = 1) -> list[str]:
    """Days in a row, or `apart` days from each other."""
    return [str(dt.date.fromisoformat(first) + dt.timedelta(days=at * apart)) for at in range(count)]


def test_without_visits_there_are_no_leads(town):
    town.child("a")
    assert town.ask("leads", DAY) == []


@pytest.mark.parametrize(("households", "found"), [(8, {"same_day_bunch": (9, "2025-05-01", "2025-05-01")}), (7, {})])
def test_same_day_bunch_is_eight_households_of_one_helper_on_a_day(town, households, found):
    for at in range(households):
        town.child(f"c{at}", [6], household_id=f"x{at}")
        town.visit(f"c{at}", "2025-05-01", has_problem=True)
    town.child("sibling", [6], household_id="x0")
    town.visit("sibling", "2025-05-01", has_problem=True)
    assert {name: row for name, row in leads(town).items() if name == "same_day_bunch"} == found


@pytest.mark.parametrize(
    ("inside", "outside", "found"), [(6, 6, {"year_end_burst": (6, "2025-12-02", "2025-12-07")}), (6, 7, {}), (6, 5, {})]
)
def test_year_end_burst_is_half_of_twelve_visit_days_in_fourteen_days(town, inside, outside, found):
    town.child("a", [6])
    town.visit("a", *days("2025-12-02", inside), *days("2025-01-02", outside, apart=20))
    assert leads(town) == found


@pytest.mark.parametrize(("children", "found"), [(3, {"copied_note": (3, "2025-03-01", "2025-03-03")}), (2, {})])
def test_copied_note_is_one_note_for_three_children(town, children, found):
    for at, day in enumerate(days("2025-03-01", children)):
        town.child(f"c{at}", [6])
        town.visit(f"c{at}", day, note_key="k")
    assert leads(town) == found


@pytest.mark.parametrize(("count", "found"), [(3, {"copied_note": (3, "2025-03-01", "2025-03-03")}), (2, {})])
def test_copied_note_is_one_note_on_three_days_of_a_child(town, count, found):
    town.child("a", [6])
    town.visit("a", *days("2025-03-01", count), note_key="k")
    assert leads(town) == found


@pytest.mark.parametrize(("six", "other", "found"), [(8, 2, True), (8, 3, False), (9, 0, False)])
def test_exactly_six_is_four_fifths_of_ten_children(town, six, other, found):
    for at in range(six + other):
        town.child(f"c{at}", [6])
        town.visit(f"c{at}", *days(f"2025-01-{at + 2:02}", 6 if at < six else 5, apart=60), has_problem=True)
    assert ("exactly_six" in leads(town)) is found


@pytest.mark.parametrize(("recorded_on", "found"), [("2025-03-31", {}), ("2025-04-01", {"late_entry": (1, "2025-03-01", "2025-03-01")})])
def test_late_entry_is_more_than_30_days_after_the_visit(town, recorded_on, found):
    town.child("a", [6])
    town.visit("a", "2025-03-01", recorded_on=recorded_on)
    assert leads(town) == found


@pytest.mark.parametrize(
    ("visited_on", "precision", "found"),
    [
        ("2025-03-01", "day", False),
        ("2025-02-28", "day", True),
        ("2025-09-01", "day", True),
        ("2025-08-31", "day", False),
        ("2025-02-01", "month", True),
        ("2025-09-01", "month", True),
        ("2025-08-01", "month", False),
    ],
)
def test_impossible_visit_lies_before_the_listing_or_after_the_delisting(town, visited_on, precision, found):
    town.child("a", [6], listed_on="2025-03-01", delisted_on="2025-09-01")
    town.visit("a", visited_on, precision=precision)
    assert ("impossible_visit" in leads(town)) is found


@pytest.mark.parametrize(("visited_on", "found"), [("2025-05-09", True), ("2025-05-10", False), ("2025-06-02", True)])
def test_impossible_visit_lies_before_any_pairing_or_after_its_ledgers_day(town, visited_on, found):
    town.child("a", [6])
    town.pair("a", "h", "2025-05-10")
    town.visit("a", visited_on, ledger_on="2025-06-01")
    assert ("impossible_visit" in leads(town)) is found


@pytest.mark.parametrize(
    ("classes", "visits", "noted", "found"), [([1], 6, False, True), ([2], 5, False, False), ([3], 6, False, False), ([2], 6, True, False)]
)
def test_no_yield_is_a_class_1_or_2_child_with_six_visits_and_nothing_ever_noted(town, classes, visits, noted, found):
    town.child("a", classes)
    town.visit("a", *days("2025-01-02", visits, apart=30))
    town.visit("a", "2024-05-01", has_problem=noted)
    assert ("no_yield" in leads(town)) is found


def test_leads_are_of_the_days_year_and_name_their_village(town):
    town.child("a", [6])
    town.visit("a", "2024-03-01", recorded_on="2024-06-01")
    row = {"rows": 1, "since": dt.date(2024, 3, 1), "until": dt.date(2024, 3, 1)}
    lead = {"lead": "late_entry", "village_id": WILLOW, "village": "柳溪村"} | row
    assert (town.ask("leads", "2024-12-31"), town.ask("leads", DAY)) == ([lead], [])
    by_village = {"village_id": WILLOW, "village": "柳溪村", "lead": "late_entry"} | row
    assert town.ask("leads", "2024-12-31", "village") == [by_village]
    assert list(town.ask("leads", "2024-12-31", "village")[0])[:2] == ["village_id", "village"]
