"""Who is covered, and which pairing conforms (plan 2.3)."""

import pytest

from tests.warehouse.town_builder import BRIDGE

DAY = "2025-06-15"
DIBAO = {"dibao_from": "2024-01-01"}


def covered(town, day=DAY):
    """Per child whether it is family-paired, department-covered, covered."""
    names = ("is_family_paired", "is_department_covered", "is_covered")
    return {row["child_id"]: tuple(row[name] for name in names) for row in town.step("child_coverage", day)}


def faults(town, day=DAY):
    """The children that do not conform, with why."""
    why = ("has_girl_without_female_helper", "has_siblings_split", "has_helper_outside_circle")
    rows = [row for row in town.step("child_coverage", day) if not row["is_conforming"]]
    return {row["child_id"]: [name for name in why if row[name]] for row in rows}


@pytest.mark.parametrize(("day", "is_paired"), [("2025-01-09", False), ("2025-01-10", True), ("2025-03-01", True), ("2025-03-02", False)])
def test_a_pairing_holds_from_its_start_until_the_day_before_its_end(town, day, is_paired):
    town.child("a")
    town.helper("h")
    town.pair("a", "h", "2025-01-10", "2025-03-02")
    assert covered(town, day) == {"a": (is_paired, False, is_paired)}


def test_a_pairing_with_a_helper_who_left_has_not_come_or_is_not_known_covers_nobody(town):
    for child in "abcd":
        town.child(child)
    town.helper("left", left_on=DAY)
    town.helper("last day", left_on="2025-06-16")
    town.helper("not yet", joined_on="2025-06-16")
    for child, helper in zip("abcd", ("left", "last day", "not yet", None), strict=True):
        town.pair(child, helper)
    assert {child for child, (is_paired, _, _) in covered(town).items() if is_paired} == {"b"}


def test_classes_1_to_3_need_a_family_and_the_others_a_family_or_a_department(town):
    town.cover(1, 4)
    town.child("orphan")
    town.child("both", [1, 4], **DIBAO)
    town.child("poor", [4], **DIBAO)
    town.child("other village", [4], village=BRIDGE, **DIBAO)
    town.child("other class", [5], event_kind="abuse", reviewed_on=DAY)
    assert covered(town) == {
        "orphan": (False, True, False),
        "both": (False, True, False),
        "poor": (False, True, True),
        "other village": (False, False, False),
        "other class": (False, False, False),
    }


def test_a_department_must_name_a_class_the_child_is_still_in_scope_for(town):
    town.cover(4)
    town.child("a", [4, 6], **DIBAO, dibao_until="2025-01-01")
    assert covered(town) == {"a": (False, False, False)}


def test_an_expired_class_3_membership_asks_for_no_family(town):
    town.cover(4)
    town.child("a", [3, 4], **DIBAO, disability_level=1, disability_card_until="2025-01-01")
    assert covered(town) == {"a": (False, True, True)}


def test_the_share_and_its_range_over_eligible_and_unverified_children(town):
    town.helper("h")
    for child, class_no in (("e1", 1), ("e2", 1), ("u1", 2), ("u2", 2), ("u3", 2)):
        town.child(child, [class_no])
    town.child("x", [4], **DIBAO, dibao_until="2025-01-01")
    for child in ("e1", "u1", "x"):
        town.pair(child, "h")
    assert town.ask("coverage", DAY) == [
        {
            "in_scope": 5,
            "covered": 2,
            "coverage_share": 2 / 5,
            "coverage_low": 1 / 4,
            "coverage_high": 2 / 3,
            "in_scope_1_3": 5,
            "covered_1_3": 2,
            "in_scope_4_6": 0,
            "covered_4_6": 0,
            "family_paired": 2,
            "department_covered": 0,
            "conforming": 2,
        }
    ]


def test_by_class_the_state_is_the_memberships_and_the_cover_is_the_childs(town):
    town.helper("h")
    town.child("a", [3, 4], **DIBAO)
    town.child("b", [4], **DIBAO)
    town.pair("a", "h")
    names = ("in_scope", "covered", "in_scope_1_3", "in_scope_4_6", "coverage_share")
    rows = {row["class_no"]: tuple(row[name] for name in names) for row in town.ask("coverage", DAY, "class")}
    none = (0, 0, 0, 0, None)
    assert rows == {1: none, 2: none, 3: (1, 1, 1, 0, 1.0), 4: (2, 1, 1, 1, 0.5), 5: none, 6: none}


def test_a_girl_who_is_not_under_8_has_a_female_helper_among_hers(town):
    for helper, sex in (("m", "male"), ("f", "female")):
        town.helper(helper, sex)
    girls = {"seven": "2017-06-16", "birthday": "2017-06-15", "eight": "2017-06-14", "unknown": None, "both": "2015-01-01"}
    for girl, born_on in girls.items():
        town.child(girl, born_on=born_on, sex="female")
        town.pair(girl, "m")
    town.pair("both", "f")
    town.child("no sex", sex=None)
    town.pair("no sex", "m")
    assert faults(town) == {"eight": ["has_girl_without_female_helper"]}


def test_siblings_share_when_one_helper_is_common_to_all_of_them(town):
    for helper in "hij":
        town.helper(helper)
    pairs = {"a1": "h", "a2": "hi", "b1": "h", "b2": "hi", "b3": "i", "c1": "h", "c2": "", "d1": "h", "d2": "j"}
    for child, helpers in pairs.items():
        town.child(child, household_id=child[0])
        for helper in helpers:
            town.pair(child, helper)
    town.child("lone", household_id=None)
    town.pair("lone", "j")
    split = ["has_siblings_split"]
    assert faults(town) == {"b1": split, "b2": split, "b3": split, "c2": [], "d1": split, "d2": split}


def test_a_sibling_out_of_scope_splits_nobody(town):
    town.helper("h")
    town.helper("i")
    town.child("a", household_id="x")
    town.child("b", household_id="x", born_on="2000-01-01")
    town.pair("a", "h")
    town.pair("b", "i")
    assert faults(town) == {}


def test_every_helper_in_force_is_of_the_plans_circle(town):
    for helper, category in (("in", "county_staff"), ("out", "outside"), ("untold", None)):
        town.helper(helper, category=category)
    for child in "abc":
        town.child(child)
    for child, helper in (("a", "in"), ("b", "in"), ("b", "out"), ("c", "untold")):
        town.pair(child, helper)
    assert faults(town) == {"b": ["has_helper_outside_circle"], "c": ["has_helper_outside_circle"]}


def test_a_department_covered_child_that_needs_no_family_conforms_whatever_its_pairing(town):
    town.cover(4)
    town.helper("out", category="outside")
    town.child("poor", [4], **DIBAO)
    town.child("orphan", [1, 4], **DIBAO)
    town.pair("poor", "out")
    town.pair("orphan", "out")
    assert faults(town) == {"orphan": ["has_helper_outside_circle"]}


def test_the_cascade_loses_children_step_by_step(town):
    town.helper("h")
    town.helper("out", category="outside")
    for child in ("uncovered", "outside", "late", "need", "fine"):
        town.child(child, listed_on="2025-01-01")
    town.child("expired", born_on="2000-01-01")
    for child in ("late", "need", "fine", "expired"):
        town.pair(child, "h")
    town.pair("outside", "out")
    for child in ("outside", "need", "fine", "uncovered"):
        town.visit(child, "2025-02-01", "2025-04-01")
    town.need("need", "2025-02-01", due_on="2025-06-14")
    expected = {"registered": 6, "in_scope": 5, "covered": 4, "conforming": 3, "on_pace": 2, "no_overdue_need": 1}
    assert town.ask("cascade", DAY) == [expected]
