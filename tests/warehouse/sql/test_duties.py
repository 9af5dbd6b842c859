"""Helpers' training and cards, ledgers, required cells, care, reports, needs (plan 3)."""

import datetime as dt

import pytest

from tests.warehouse.town_builder import BRIDGE, PLACE, WILLOW
from warehouse.metrics import drilldown

DAY = "2025-06-15"


def part(town, day, *names, by="town"):
    """Some columns of the duties, one tuple per row."""
    return [tuple(row[name] for name in names) for row in town.ask("duties", day, by)]


def test_training_counts_in_the_year_up_to_the_day_and_a_card_for_good(town):
    for helper in ("trained", "last year", "later", "left"):
        town.helper(helper, left_on=DAY if helper == "left" else None)
    for helper, held_on in (("trained", DAY), ("trained", "2025-01-01"), ("last year", "2024-12-31"), ("later", "2025-06-16")):
        town.add("trainings", training_id=held_on, helper_id=helper, held_on=held_on, ledger_on=held_on, **PLACE)
    town.add("policy_cards", card_id="1", helper_id="last year", issued_on="2023-05-01", ledger_on=DAY, **PLACE)
    town.add("policy_cards", card_id="2", helper_id="later", issued_on="2025-06-16", ledger_on=DAY, **PLACE)
    names = ("helpers", "trained", "training_share", "carded", "card_share")
    assert part(town, DAY, *names) == [(3, 1, 1 / 3, 1, 1 / 3)]


def test_a_village_has_the_helpers_with_a_pairing_in_force_there(town):
    for helper in ("both", "ended", "idle"):
        town.helper(helper)
    town.pair("a", "both")
    town.pair("b", "both", village=BRIDGE)
    town.pair("c", "ended", ended_on=DAY)
    assert part(town, DAY, "village_id", "helpers", by="village") == [(WILLOW, 1), (BRIDGE, 1)]
    assert part(town, DAY, "helpers") == [(3,)]


def test_ledgers_are_complete_by_class_declared_up_to_the_day(town):
    for village, class_no, day in ((WILLOW, 1, "2024-01-01"), (WILLOW, 1, "2025-01-01"), (WILLOW, 2, "2025-06-16")):
        town.add("ledger_declarations", village_id=village, class_no=class_no, ledger_on=day, is_zero=False, sheet_id="f/1")
    names = ("ledgers_declared", "ledgers_expected", "ledgers_complete_share")
    assert part(town, DAY, *names) == [(1, 12, 1 / 12)]
    assert part(town, "2025-06-16", *names, by="village") == [(2, 6, 1 / 3), (0, 6, 0.0)]


@pytest.mark.parametrize(
    ("ledger_on", "day", "updated"),
    [
        ("2025-01-01", "2025-12-31", 1),
        ("2025-03-31", "2025-12-31", 1),
        ("2025-04-01", "2025-12-31", 0),
        ("2024-12-31", "2025-12-31", 0),
        ("2025-03-31", "2025-03-30", 0),
    ],
)
def test_the_annual_update_is_a_childrens_ledger_of_the_first_quarter(town, ledger_on, day, updated):
    town.add("ledger_declarations", village_id=WILLOW, class_no=1, ledger_on=ledger_on, is_zero=True, sheet_id="f/1")
    assert part(town, day, "villages_updated", "villages", "annual_update_share") == [(updated, 2, updated / 2)]


@pytest.mark.parametrize(
    ("classes", "required"), [([1], 13), ([2], 17), ([3], 17), ([4], 15), ([5], 15), ([6], 18), ([2, 6], 18), ([3, 4], 17)]
)
def test_required_cells_are_counted_once_over_all_classes(town, classes, required):
    town.child("a", classes)
    assert part(town, DAY, "fields_filled", "fields_required") == [(required, required)]


def test_cells_that_are_not_filled_count_only_where_they_are_required(town):
    town.child("a", [3], empty=("disability_type", "disability_level", "hukou_kind", "father_status", "address"))
    town.child("b", [3], empty=("disability_type", "illness_name"))
    assert part(town, DAY, "fields_filled", "fields_required") == [(16 + 16, 34)]


@pytest.mark.parametrize(("born_on", "required"), [("2019-06-15", 12), ("2019-06-14", 13), (None, 12)])
def test_school_is_asked_for_from_the_day_after_the_sixth_birthday(town, born_on, required):
    town.child("a", born_on=born_on)
    assert part(town, DAY, "fields_required") == [(required,)]


def due_and_held(town, day):
    """Occasions due for child a with whether held."""
    return {row["occasion"]: row["is_held"] for row in town.step("child_care", day)}


def test_an_occasion_is_due_from_its_last_day_and_held_by_an_event_of_the_year(town):
    town.child("a", born_on="2015-06-01", listed_on="2025-02-20")
    for occasion, held_on in (("winter_holiday", "2025-01-20"), ("childrens_day", "2024-06-01"), ("birthday", "2025-07-01")):
        town.add("care_events", care_id=held_on, child_id="a", occasion=occasion, held_on=held_on, ledger_on=DAY, **PLACE)
    assert due_and_held(town, "2025-02-27") == {}
    assert due_and_held(town, "2025-02-28") == {"winter_holiday": True}
    assert due_and_held(town, "2025-06-15") == {"winter_holiday": True, "childrens_day": False}
    assert due_and_held(town, "2025-06-16") == {"winter_holiday": True, "childrens_day": False, "birthday": False}
    assert due_and_held(town, "2025-07-01")["birthday"] is True


@pytest.mark.parametrize(("born_on", "last_on"), [("2015-12-20", "2025-12-31"), ("2016-02-29", "2025-03-15"), ("2015-06-01", "2025-06-16")])
def test_a_birthday_is_in_time_for_15_days_but_not_beyond_the_year(town, born_on, last_on):
    town.child("a", born_on=born_on)
    rows = [str(row["last_on"]) for row in town.step("child_care", "2025-12-31") if row["occasion"] == "birthday"]
    assert rows == [last_on]


def test_the_spring_festival_is_due_15_days_after_its_day(town):
    town.child("a")
    assert ["spring_festival" in due_and_held(town, day) for day in ("2025-02-12", "2025-02-13")] == [False, True]


def test_care_counts_children_in_scope_only(town):
    town.child("a")
    town.child("expired", born_on="2000-01-01")
    assert part(town, "2025-03-01", "care_due", "care_held", "care_share") == [(2, 0, 0.0)]


def test_a_report_by_the_next_day_is_in_time_and_all_years_count(town):
    days = (("2023-05-01", "2023-05-02"), ("2025-05-01", "2025-05-03"), ("2025-05-04", None), ("2025-06-16", "2025-06-16"))
    for found_on, reported_on in days:
        days_of = {"found_on": found_on, "reported_on": reported_on, "ledger_on": DAY}
        town.add("safety_reports", report_id=found_on, child_id="a", village_id=WILLOW, **days_of, **PLACE)
    names = ("reports", "reports_same_day", "report_same_day_share")
    assert part(town, DAY, *names, by="village") == [(3, 1, 1 / 3), (0, 0, None)]


def test_needs_are_open_overdue_or_resolved_at_the_day(town):
    town.child("a", [1, 4])
    town.need("a", "2025-01-01", due_on="2025-02-01", resolved_on="2025-03-02")
    town.need("a", "2025-01-01", due_on="2025-06-15")
    town.need(None, "2025-01-01", due_on="2025-06-14")
    town.need("a", "2025-06-16")
    names = ("raised", "open", "overdue", "resolved", "needs_resolved_share", "median_days_to_resolve")
    assert tuple(town.figure("needs", DAY)[name] for name in names) == (3, 2, 1, 1, 1 / 3, 60)
    assert tuple(town.figure("needs", "2025-03-01")[name] for name in names) == (3, 3, 1, 0, 0.0, None)
    assert [row["raised"] for row in town.ask("needs", DAY, "village")] == [3, 0]
    assert [row["raised"] for row in town.ask("needs", DAY, "class")] == [2, 0, 0, 2, 0, 0]


def test_the_median_of_an_even_number_lies_between_the_middle_two(town):
    for resolved_on in ("2025-01-11", "2025-01-16", "2025-01-21", "2025-03-02"):
        town.need(None, "2025-01-01", resolved_on=resolved_on)
    assert town.figure("needs", DAY)["median_days_to_resolve"] == 17.5


def test_needs_are_counted_by_kind_with_unknown_words_among_the_others_and_those_that_went_to_a_joint_meeting(town):
    town.need("a", "2025-01-01", due_on="2025-02-01", is_joint_meeting=True)
    town.need("a", "2025-01-02", resolved_on=DAY, is_joint_meeting=False)
    town.need("a", "2025-01-03", category=None, resolved_on="2025-06-16", is_joint_meeting=True)
    town.need("a", "2025-06-16", category="safety")
    town.need("b", "2025-01-01", category="other", village=BRIDGE)
    names = ("category", "raised", "open", "overdue", "resolved", "joint_meetings", "needs_resolved_share")
    empty = [("affection", 0, 0, 0, 0, 0, None), ("safety", 0, 0, 0, 0, 0, None), ("schooling", 0, 0, 0, 0, 0, None)]
    rows = [tuple(row[name] for name in names) for row in town.ask("need_kinds", DAY)]
    assert rows == sorted([("money", 2, 1, 1, 1, 1, 0.5), ("other", 2, 2, 0, 0, 1, 0.0), *empty])
    of_village = {(row["village_id"], row["category"]): row["raised"] for row in town.ask("need_kinds", DAY, "village") if row["raised"]}
    assert of_village == {(WILLOW, "money"): 2, (WILLOW, "other"): 1, (BRIDGE, "other"): 1}
    rows = drilldown.rows(town.build, "need_kinds", "joint_meetings_other", dt.date.fromisoformat(DAY))
    assert [(row["child_id"], row["category"], row["resolved_on"]) for row in rows] == [("a", "other", None)]
