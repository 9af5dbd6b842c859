"""Lists of a day over steps: who leaves, who could help, what falls due, how visits are made; and ages and telephones of children."""

import datetime as dt

from tests.warehouse.town_builder import BRIDGE, PLACE, WILLOW
from warehouse import row_access
from warehouse.metrics import drilldown

DAY = "2025-06-15"


def rows(town, name, day=DAY, *columns):
    """The rows of a list; with columns, one tuple of these a row."""
    told = row_access.ScopedDay(town.build, row_access.WHOLE, dt.date.fromisoformat(day)).rows(name, as_of=dt.date.fromisoformat(day))
    return [tuple(row[column] for column in columns) for row in told] if columns else told


def helper(town, helper_id, sex="female", category="town_staff", left_on=None, **place):
    """A helper with a unit, a village of its own or one it is linked with."""
    days = {"joined_on": "2023-01-01", "left_on": left_on, "is_joined_stated": True, "ledger_on": "2023-01-10"}
    town.add("helpers", helper_id=helper_id, sex=sex, category=category, **days, **PLACE, **place)


def test_a_helper_leaves_within_60_days_while_a_pairing_with_a_child_in_scope_runs(town):
    for child_id, born_on in (("a", "2015-06-15"), ("b", "2015-06-15"), ("grown", "2000-01-01"), ("c", "2015-06-15")):
        town.child(child_id, born_on=born_on, village=BRIDGE if child_id == "c" else WILLOW)
    for helper_id, left_on in (
        ("gone", DAY),
        ("last", "2025-08-14"),
        ("later", "2025-08-15"),
        ("stays", None),
        ("grown", DAY),
        ("ended", DAY),
    ):
        helper(town, helper_id, left_on=left_on, unit="镇农业服务中心")
        town.pair("grown" if helper_id == "grown" else "a", helper_id, ended_on=DAY if helper_id == "ended" else None)
    town.pair("b", "gone")
    town.pair("c", "gone", village=BRIDGE)
    assert rows(town, "leaving_helpers", DAY, "helper_id", "village_id", "unit", "left_on", "children", "has_left") == [
        ("gone", WILLOW, "镇农业服务中心", dt.date(2025, 6, 15), 2, True),
        ("gone", BRIDGE, "镇农业服务中心", dt.date(2025, 6, 15), 1, True),
        ("last", WILLOW, "镇农业服务中心", dt.date(2025, 8, 14), 1, False),
    ]


def test_a_child_without_a_family_has_three_helpers_proposed_with_reasons(town):
    town.child("open", household_id="h1")
    town.child("sibling", household_id="h1")
    town.child("other")
    helper(town, "z sibling's", village_id=BRIDGE)
    for child_id in ("sibling", "other"):
        town.pair(child_id, "z sibling's")
    helper(town, "c unit", unit="县民政局", village_id=BRIDGE)
    helper(town, "d linked", linked_village_id=WILLOW, sex="male")
    helper(town, "e village", village_id=WILLOW)
    helper(town, "a elsewhere", village_id=BRIDGE)
    helper(town, "a outside", village_id=WILLOW, category="outside")
    helper(town, "a leaving", village_id=WILLOW, left_on="2025-08-14")
    town.rows[0][1]["linked_unit"] = "县民政局"
    names = (
        "child_id",
        "village_id",
        "helper_id",
        "unit",
        "children",
        "is_sibling_helper",
        "is_linked_unit",
        "is_female",
        "needs_female",
        "place",
    )
    assert rows(town, "helper_proposals", DAY, *names) == [
        ("open", WILLOW, "z sibling's", None, 2, True, False, True, False, 1),
        ("open", WILLOW, "c unit", "县民政局", 0, False, True, True, False, 2),
        ("open", WILLOW, "d linked", None, 0, False, True, False, False, 3),
    ]


def test_for_a_girl_of_eight_women_alone_are_proposed(town):
    for child_id, born_on, sex in (("girl", "2017-06-14", "female"), ("younger", "2017-06-15", "female"), ("boy", "2015-01-01", "male")):
        town.child(child_id, born_on=born_on, sex=sex)
    helper(town, "man", sex="male", village_id=WILLOW)
    helper(town, "woman", village_id=WILLOW)
    assert rows(town, "helper_proposals", DAY, "child_id", "helper_id", "needs_female") == [
        ("boy", "man", False),
        ("boy", "woman", False),
        ("girl", "woman", True),
        ("younger", "man", False),
        ("younger", "woman", False),
    ]


def test_a_child_nobody_can_help_stands_there_and_a_covered_one_does_not(town):
    town.child("alone", [6], father_status="working_away", father_since="2024-01-01", mother_status="unable")
    town.child("covered", [5], village=BRIDGE, event_kind="other", reviewed_on="2025-01-01")
    town.cover(5, village=BRIDGE)
    assert rows(town, "helper_proposals", DAY, "child_id", "helper_id", "needs_female", "place") == [("alone", None, False, None)]


def due(town, day, *kinds):
    """(kind, child or helper, day, detail) of what falls due of some kinds."""
    told = rows(town, "upcoming", day)
    return [
        (r["kind"], r["child_id"] or r["helper_id"] or r["village_id"], str(r["due_on"]), r["detail"]) for r in told if r["kind"] in kinds
    ]


def test_training_falls_due_at_the_end_of_the_year_and_a_card_at_once(town):
    for helper_id in ("both", "none", "gone"):
        helper(town, helper_id, village_id=BRIDGE, left_on=DAY if helper_id == "gone" else None)
    town.child("a")
    town.pair("a", "none")
    town.add("trainings", training_id="1", helper_id="both", held_on="2025-03-01", ledger_on=DAY, **PLACE)
    town.add("policy_cards", card_id="1", helper_id="both", issued_on="2025-03-01", ledger_on=DAY, **PLACE)
    assert due(town, "2025-10-31", "training", "card") == [("card", "none", "2025-10-31", None)]
    assert due(town, "2025-11-01", "training", "card") == [("card", "none", "2025-11-01", None), ("training", "none", "2025-12-31", None)]
    assert {row["village_id"] for row in rows(town, "upcoming") if row["helper_id"]} == {WILLOW}


def test_a_helper_of_no_pairing_falls_due_in_its_own_village(town):
    helper(town, "unpaired", village_id=BRIDGE)
    assert rows(town, "upcoming", DAY, "kind", "village_id", "helper_id") == [("card", BRIDGE, "unpaired")]


def test_the_yearly_update_falls_due_for_villages_without_a_ledger_of_the_quarter(town):
    town.add("ledger_declarations", village_id=WILLOW, class_no=1, ledger_on="2025-01-05", is_zero=True, sheet_id="f/1")
    days = ("2025-01-29", "2025-01-30", "2025-03-31", "2025-04-01", "2025-12-31")
    bridge = [("update", BRIDGE, "2025-03-31", None)]
    assert [due(town, day, "update") for day in days] == [[], bridge, bridge, [], []]


FALLING_DUE = [
    ("dibao_end", [4], {"dibao_until": "2025-06-15"}, ("2025-06-15", None)),
    ("dibao_end", [4], {"dibao_until": "2025-08-14"}, ("2025-08-14", None)),
    ("dibao_end", [4], {"dibao_until": "2025-08-15"}, None),
    ("dibao_end", [4], {"dibao_until": "2025-06-14"}, None),
    ("dibao_end", [1], {"dibao_until": "2025-06-15"}, None),
    ("dibao_review", [4], {"dibao_reviewed_on": "2024-08-14"}, ("2025-08-14", None)),
    ("dibao_review", [4], {"dibao_reviewed_on": "2024-08-15"}, None),
    ("dibao_review", [3], {"dibao_reviewed_on": "2023-01-01"}, ("2024-01-01", None)),
    ("dibao_review", [4], {}, None),
    ("class5_review", [5], {"event_kind": "other", "reviewed_on": "2024-08-14"}, ("2025-08-14", None)),
    ("class5_review", [5], {"event_kind": "other", "reviewed_on": "2024-08-15"}, None),
    ("class5_review", [5], {"event_kind": "other"}, ("2024-01-01", None)),
    ("age_limit", [1], {"born_on": "2007-06-15"}, ("2025-06-15", "18")),
    ("age_limit", [1], {"born_on": "2007-08-15"}, None),
    ("age_limit", [6], {"born_on": "2009-08-14"}, ("2025-08-14", "16")),
    ("age_limit", [5, 6], {"born_on": "2009-08-14", "event_kind": "other", "reviewed_on": "2025-01-01"}, None),
    ("parent_until", [2], {"father_status": "imprisoned", "father_until": "2025-07-01"}, ("2025-07-01", "father_until")),
    ("parent_until", [6], {"mother_status": "working_away", "mother_until": "2025-07-01"}, ("2025-07-01", "mother_until")),
    ("parent_until", [6], {"mother_status": "unable", "mother_until": "2025-07-01"}, None),
    ("parent_until", [1], {"mother_status": "missing", "mother_until": "2025-07-01"}, None),
    ("card_until", [1], {"disability_card_until": "2025-08-14"}, ("2025-08-14", None)),
    ("card_until", [1], {"disability_card_until": "2025-06-14"}, None),
]


def test_what_falls_due_of_children(town):
    for at, (_kind, classes, facts, _expected) in enumerate(FALLING_DUE):
        town.child(f"c{at:02}", classes, **{"dibao_from": "2023-01-01"} | facts)
    told = rows(town, "upcoming")
    for at, (kind, _classes, _facts, expected) in enumerate(FALLING_DUE):
        of_child = [(str(r["due_on"]), r["detail"]) for r in told if (r["kind"], r["child_id"]) == (kind, f"c{at:02}")]
        assert of_child == ([expected] if expected else []), FALLING_DUE[at]


def test_nothing_falls_due_of_a_child_out_of_scope_or_delisted_by_then(town):
    town.child("expired", [4], dibao_from="2023-01-01", dibao_until="2025-06-01", dibao_reviewed_on="2024-07-01")
    town.child("leaves", [4], delisted_on="2025-07-01", dibao_from="2023-01-01", dibao_reviewed_on="2024-07-01")
    town.child("stays", [4], delisted_on="2025-07-02", dibao_from="2023-01-01", dibao_reviewed_on="2024-07-01")
    assert due(town, DAY, "dibao_review") == [("dibao_review", "stays", "2025-07-01", None)]
    assert {row["child_id"] for row in rows(town, "upcoming")} == {"leaves", "stays"}


def test_occasions_not_held_fall_due_also_those_of_the_next_year(town):
    town.child("a", born_on="2015-01-20")
    for occasion, held_on in (("birthday", "2025-01-20"), ("winter_holiday", "2025-02-01")):
        town.add("care_events", care_id=held_on, child_id="a", held_on=held_on, occasion=occasion, ledger_on=held_on, **PLACE)
    assert due(town, "2025-12-31", "occasion") == [
        ("occasion", "a", "2026-02-04", "birthday"),
        ("occasion", "a", "2026-02-28", "winter_holiday"),
    ]
    assert due(town, "2025-02-01", "occasion") == [("occasion", "a", "2025-02-13", "spring_festival")]
    assert [str(row["last_on"]) for row in town.step("care_population", "2025-12-31") if row["occasion"] == "birthday"] == ["2025-02-04"]


def test_a_childs_visits_of_a_day_count_once_in_each_mode(town):
    town.child("a")
    town.child("b", village=BRIDGE)
    town.child("grown", born_on="2000-01-01")
    town.visit("a", "2025-01-05", "2025-01-05", "2025-01-06", "2025-06-15", "2025-06-16", "2024-12-31")
    town.visit("a", "2025-01-05", mode="phone")
    town.visit("b", "2025-02-01", mode="unknown")
    town.visit("grown", "2025-02-01")
    town.visit(None, "2025-02-01")
    assert rows(town, "visit_modes", DAY, "village_id", "month", "mode", "visits") == [
        (WILLOW, 1, "in_person", 2),
        (WILLOW, 1, "phone", 1),
        (WILLOW, 6, "in_person", 1),
        (BRIDGE, 2, "unknown", 1),
    ]


def test_children_reached_by_phone_alone_have_no_visit_that_counts_this_year(town):
    for child_id, modes in (
        ("phone", ["phone"]),
        ("video", ["video"]),
        ("both", ["phone", "at_school"]),
        ("unclear", ["unknown"]),
        ("none", []),
    ):
        town.child(child_id)
        town.visit(child_id, "2024-12-31")
        for mode in modes:
            town.visit(child_id, "2025-03-01", mode=mode)
    town.child("grown", born_on="2000-01-01")
    town.visit("grown", "2025-03-01", mode="phone")
    told = drilldown.rows(town.build, "visits", "phone_only", dt.date.fromisoformat(DAY))
    assert sorted(row["child_id"] for row in told) == ["phone", "video"]
    assert drilldown.rows(town.build, "visits", "phone_only", dt.date(2025, 2, 28)) == []


def test_children_are_counted_by_age_on_the_day_and_by_sex(town):
    born = {"0_5": "2019-06-15", "6_11": "2019-06-14", "12_15": "2013-06-14", "16_17": "2009-06-14", "18_up": "2007-06-14", None: None}
    for at, (group, born_on) in enumerate(born.items()):
        town.child(str(group), born_on=born_on, sex=("male", "female", None)[at % 3])
    day = dt.date.fromisoformat(DAY)
    told = drilldown.counts(town.build, "visits", ("in_scope",), day, ("age_group", "village_id"))
    assert {(row["age_group"], row["village_id"]): row["in_scope"] for row in told} == {
        (group, WILLOW): int(group != "18_up") for group in born
    }
    by_sex = {row["sex"]: row["in_scope"] for row in drilldown.counts(town.build, "visits", ("in_scope",), day, ("sex",))}
    assert by_sex == {"male": 2, "female": 1, None: 2}


def test_reports_say_whether_they_were_fed_back_and_after_how_many_days_they_were_made(town):
    for report_id, reported_on, is_fed_back in (("1", "2025-06-03", True), ("2", "2025-06-01", None), ("3", None, False)):
        facts = {"child_id": "a", "village_id": WILLOW, "found_on": "2025-06-01", "reported_on": reported_on, "is_fed_back": is_fed_back}
        town.add("safety_reports", report_id=report_id, ledger_on=DAY, **facts, **PLACE)
    told = drilldown.share_rows(town.build, "report_fed_back_share", dt.date.fromisoformat(DAY))
    assert {row["report_id"]: (row["counted"], row["days_to_report"]) for row in told} == {"1": (1, 2), "2": (0, 0), "3": (0, None)}


def test_a_share_of_the_open_difficulties_is_past_its_day(town):
    town.need("a", "2025-01-01", due_on="2025-06-14")
    town.need("a", "2025-01-01", due_on="2025-06-15")
    town.need("a", "2025-01-01", due_on="2025-02-01", resolved_on="2025-02-02")
    told = drilldown.share_rows(town.build, "overdue_share", dt.date.fromisoformat(DAY))
    assert (len(told), sum(row["counted"] for row in told)) == (2, 1)
