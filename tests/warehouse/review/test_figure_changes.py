"""What was known then against what is known now: which rows explain that a child counts in one load and not in the other."""

import datetime as dt

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW
from tests.warehouse.two_loads import DAY, LATER, both, explained, moved
from warehouse.review import figure_changes


def test_a_visit_told_late_is_named_with_its_ledger(two):
    both(two, lambda town: town.child("a", delisted_on="2025-05-01"))
    both(two, lambda town: town.visit("a", "2025-01-10"))
    two[1].place = LATER
    two[1].visit("a", "2025-03-01", "2025-07-01")
    late = ("visit_added", "2025-03-01", "补报.xlsx 9", True)
    assert explained(two, "visits.visit_days", "2025-04-10") == [("a", 0, 1, [late])]
    assert moved(two, "2025-02-28") == {}
    assert moved(two, "2025-04-10") == {"visits.visit_days": (1, 2), "visits.over_60_days": (1, 0)}
    recent = ("recent_visit_added", *late[1:])
    assert explained(two, "visits.over_60_days", "2025-04-10") == [("a", 1, 0, [recent])]
    assert moved(two, DAY) == {}  # delisted before


def test_pace_is_explained_by_every_visit_that_came_or_went(two):
    both(two, lambda town: town.child("a"))
    two[0].visit("a", "2025-01-10", "2025-01-20")
    two[1].visit("a", "2025-01-10", mode="phone")
    two[1].place = LATER
    two[1].visit("a", "2025-02-10")
    assert moved(two, "2025-05-10") == {"visits.on_pace": (1, 0), "visits.visit_days": (2, 1)}
    assert explained(two, "visits.on_pace", "2025-05-10") == [
        (
            "a",
            1,
            0,
            [
                ("visit_changed", "mode", "in_person", "phone", "2025-01-10", "台账.xlsx 5", False),
                ("visit_removed", "2025-01-20", "台账.xlsx 5", False),
                ("visit_added", "2025-02-10", "补报.xlsx 9", True),
            ],
        )
    ]


@pytest.mark.parametrize(("class_no", "born", "corrected"), [(1, "2008-02-01", "2007-02-01"), (6, "2010-02-01", "2009-02-01")])
def test_a_corrected_birth_date_that_moves_a_child_over_the_age_limit(class_no, born, corrected, two):
    away = {"father_status": "working_away", "father_since": "2023-01-01", "mother_status": "working_away", "mother_since": "2023-01-01"}
    facts = away if class_no == 6 else {}
    two[0].child("a", [class_no], born_on=born, **facts)
    two[1].place = LATER
    two[1].child("a", [class_no], born_on=corrected, **facts)
    birth = ("birth_changed", "born_on", born, corrected, "None", "补报.xlsx 9", True)
    for figure, then, now in (("eligibility.in_scope", 1, 0), ("eligibility.expired", 0, 1), ("visits.due_children", 1, 0)):
        assert explained(two, figure) == [("a", then, now, [birth])]
    assert explained(two, "eligibility.registered") == []


def test_an_end_of_a_pairing_told_later(two):
    both(two, lambda town: (town.child("a"), town.helper("h")))
    two[0].pair("a", "h")
    two[1].place = LATER
    two[1].pair("a", "h", ended_on="2025-06-01")
    ended = ("pairing_changed", "ended_on", "None", "2025-06-01", "2023-01-01", "补报.xlsx 9", True)
    for figure in ("family_paired", "covered", "covered_1_3", "conforming"):
        assert explained(two, f"coverage.{figure}") == [("a", 1, 0, [ended])]
    assert explained(two, "coverage.covered", "2025-05-31") == []


def test_a_pairing_that_one_load_alone_holds(two):
    both(two, lambda town: (town.child("a"), town.child("b"), town.helper("h")))
    two[0].pair("a", "h")
    two[1].place = LATER
    two[1].pair("b", "h")
    assert explained(two, "coverage.covered") == [
        ("a", 1, 0, [("pairing_removed", "2023-01-01", "台账.xlsx 5", False)]),
        ("b", 0, 1, [("pairing_added", "2023-01-01", "补报.xlsx 9", True)]),
    ]


def test_a_helper_that_left_explains_its_children_and_itself(two):
    both(two, lambda town: (town.child("a"), town.pair("a", "h")))
    two[0].helper("h")
    two[1].helper("h", left_on="2025-06-01")
    left = ("left_on", "None", "2025-06-01")
    assert explained(two, "coverage.covered") == [("a", 1, 0, [("paired_helper_changed", *left, "2025-06-01", "台账.xlsx 5", False)])]
    assert explained(two, "duties.helpers") == [("h", 1, 0, [("helper_changed", *left, "2023-01-01", "台账.xlsx 5", False)])]


def test_a_helper_outside_the_circle_and_a_siblings_pairing_explain_conformity(two):
    both(two, lambda town: (town.child("a", household_id="x"), town.child("b", household_id="x"), town.child("c")))
    both(two, lambda town: (town.helper("h"), town.pair("a", "h"), town.pair("c", "i")))
    two[0].helper("i")
    two[1].helper("i", category="outside")
    two[1].helper("k")
    two[1].place = LATER
    two[1].pair("b", "k")
    sibling = ("pairing_added", "2023-01-01", "补报.xlsx 9", True)
    outside = ("paired_helper_changed", "category", "town_staff", "outside", "None", "台账.xlsx 5", False)
    assert explained(two, "coverage.conforming") == [("a", 1, 0, [sibling]), ("c", 1, 0, [outside])]
    (row,) = [
        row
        for row in figure_changes.explained(two[0].build, two[1].build, "coverage", "conforming", dt.date(2025, 12, 31))
        if row["child_id"] == "a"
    ]
    assert row["reasons"][0].child_id == "b"


def test_a_department_that_ended_its_cover(two):
    facts = {"dibao_from": "2023-01-01"}
    both(two, lambda town: (town.child("a", [4], **facts), town.child("b", [4], village=BRIDGE, **facts), town.cover(4, village=BRIDGE)))
    two[0].cover(4)
    two[1].cover(4, ended_on="2025-06-01")
    ended = ("cover_changed", "ended_on", "None", "2025-06-01", "2023-01-01", "台账.xlsx 5", False)
    assert explained(two, "coverage.covered_4_6") == [("a", 1, 0, [ended])]


def test_a_new_child_and_one_whose_file_was_taken_out(two):
    two[0].child("gone")
    two[0].visit("gone", "2025-03-01")
    two[1].place = LATER
    two[1].child("new")
    two[1].visit("new", "2025-03-01")
    new, gone = ("child_added", "None", "补报.xlsx 9", True), ("child_removed", "None", "台账.xlsx 5", False)
    for figure in ("eligibility.registered", "visits.visit_days", "visits.due_children"):
        assert explained(two, figure) == [("gone", 1, 0, [gone]), ("new", 0, 1, [new])]
    assert moved(two) == {}


def test_a_membership_that_ended_or_began_otherwise(two):
    two[0].child("a")
    two[1].place = LATER
    two[1].child("a", delisted_on="2025-06-01")
    two[0].child("b", listed_on="2025-10-01")
    two[1].child("b", listed_on="2025-01-01")
    ended = ("membership_changed", "delisted_on", "None", "2025-06-01", "2023-01-01", "补报.xlsx 9", True)
    began = ("membership_changed", "listed_on", "2025-10-01", "2025-01-01", "2025-01-01", "补报.xlsx 9", True)
    assert explained(two, "cascade.in_scope") == [("a", 1, 0, [ended])]
    assert explained(two, "visits.due_children", "2025-10-31") == [("a", 1, 0, [ended]), ("b", 0, 1, [began])]


def test_facts_are_named_that_the_childs_classes_rest_on_and_no_others(two):
    two[0].child("a", [4], dibao_from="2023-01-01", father_status="at_home", event_kind="divorce")
    two[1].child("a", [4], dibao_from="2023-01-01", dibao_until="2025-06-30", father_status="deceased", event_kind="widowed")
    until = ("fact_changed", "dibao_until", "None", "2025-06-30", "2023-01-10", "台账.xlsx 5", False)
    assert explained(two, "eligibility.eligible") == [("a", 1, 0, [until])]


def test_a_child_that_another_village_names_later_moves_there(two):
    both(two, lambda town: town.child("a"))
    two[1].place = LATER
    two[1].member("a", 1, BRIDGE)
    two[1].facts("a", "2024-05-01", "2024-05-01", village=BRIDGE)
    added = ("membership_added", "2023-01-01", "补报.xlsx 9", True)
    named = ("naming_added", "2024-05-01", "补报.xlsx 9", True)
    assert explained(two, "eligibility.registered", village_id=WILLOW) == [("a", 1, 0, [added, named])]
    assert explained(two, "eligibility.registered", village_id=BRIDGE) == [("a", 0, 1, [added, named])]
    assert explained(two, "eligibility.registered") == []
    assert moved(two, village_id=BRIDGE)["eligibility.registered"] == (0, 1)
