"""Every line of the table of eligibility (plan 2.1), each on the day it turns."""

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW

DAY = "2025-06-15"
AWAY = {"father_status": "working_away", "father_since": "2024-01-01", "mother_status": "working_away", "mother_since": "2024-01-01"}
ABSENT = {"father_status": "serious_illness", "mother_status": "guardianship_revoked"}
DIBAO = {"dibao_from": "2024-01-01"}
SEVERE = DIBAO | {"disability_type": "physical", "disability_level": 2}
ELIGIBLE = ("eligible", None)


def unverified(reason):
    return ("unverified", reason)


def expired(reason):
    return ("expired", reason)


CASES = {
    1: [
        ({}, ELIGIBLE),
        ({"father_status": "deceased", "mother_status": "missing"}, ELIGIBLE),
        ({"father_status": "deceased"}, unverified("parent_status_contradicts")),
        ({"father_status": "deceased", "mother_status": "at_home"}, unverified("parent_status_contradicts")),
    ],
    2: [
        (ABSENT, ELIGIBLE),
        ({"father_status": "deceased", "mother_status": "imprisoned"}, ELIGIBLE),
        ({"father_status": "deceased", "mother_status": "missing"}, ELIGIBLE),
        ({"father_status": "deceased"}, unverified("parent_status_missing")),
        ({}, unverified("parent_status_missing")),
        (ABSENT | {"mother_until": DAY}, ELIGIBLE),
        (ABSENT | {"mother_until": "2025-06-14"}, expired("parent_status_ended")),
        (ABSENT | {"mother_since": DAY}, ELIGIBLE),
        (ABSENT | {"mother_since": "2025-06-16"}, unverified("parent_combination")),
        (ABSENT | {"father_status": "lost_contact", "father_since": "2024-12-15"}, ELIGIBLE),
        (ABSENT | {"father_status": "lost_contact", "father_since": "2024-12-16"}, unverified("term_under_6_months")),
        (ABSENT | {"father_status": "lost_contact"}, ELIGIBLE),
        (ABSENT | {"father_status": "imprisoned", "father_since": "2025-03-01", "father_until": "2025-09-01"}, ELIGIBLE),
        (
            ABSENT | {"father_status": "imprisoned", "father_since": "2025-03-01", "father_until": "2025-08-31"},
            unverified("term_under_6_months"),
        ),
        (ABSENT | {"father_status": "rehabilitation", "father_since": "2025-03-01"}, ELIGIBLE),
        (ABSENT | {"father_status": "other_custody", "father_until": "2025-08-31"}, ELIGIBLE),
        ({"father_status": "imprisoned", "mother_status": "at_home"}, unverified("parent_combination")),
        ({"father_status": "imprisoned", "father_until": "2025-01-01", "mother_status": "at_home"}, unverified("parent_combination")),
    ],
    3: [
        (SEVERE, ELIGIBLE),
        (SEVERE | {"dibao_until": DAY}, ELIGIBLE),
        (SEVERE | {"dibao_until": "2025-06-14"}, expired("dibao_ended")),
        (SEVERE | {"dibao_from": None}, unverified("dibao_missing")),
        (SEVERE | {"dibao_from": "2025-06-16"}, unverified("dibao_missing")),
        (SEVERE | {"dibao_from": DAY}, ELIGIBLE),
        (SEVERE | {"disability_card_until": DAY}, ELIGIBLE),
        (SEVERE | {"disability_card_until": "2025-06-14"}, expired("disability_card_expired")),
        (SEVERE | {"disability_level": 3}, unverified("severity_not_shown")),
        (SEVERE | {"disability_level": 3, "disability_type": "intellectual"}, ELIGIBLE),
        (SEVERE | {"disability_level": 3, "disability_type": "intellectual speech"}, ELIGIBLE),
        (SEVERE | {"disability_level": 3, "disability_type": "mental"}, ELIGIBLE),
        (SEVERE | {"disability_level": 4, "disability_type": "mental"}, unverified("severity_not_shown")),
        (DIBAO, unverified("severity_not_shown")),
        (DIBAO | {"illness_cost": 15000.0, "illness_year": 2024}, ELIGIBLE),
        (DIBAO | {"illness_cost": 14999.99, "illness_year": 2024}, unverified("severity_not_shown")),
        (DIBAO | {"illness_cost": 20000.0, "illness_year": 2025}, ELIGIBLE),
        (DIBAO | {"illness_cost": 20000.0, "illness_year": 2023}, expired("illness_year_passed")),
        (DIBAO | {"illness_cost": 9000.0, "illness_year": 2023}, unverified("severity_not_shown")),
        (DIBAO | {"illness_cost": 20000.0}, unverified("severity_not_shown")),
        ({"dibao_until": "2025-01-01"}, unverified("dibao_missing")),
        (DIBAO | {"dibao_until": "2025-01-01"}, expired("dibao_ended")),
    ],
    4: [
        (DIBAO, ELIGIBLE),
        (DIBAO | {"dibao_until": DAY}, ELIGIBLE),
        (DIBAO | {"dibao_until": "2025-06-14"}, expired("dibao_ended")),
        ({}, unverified("dibao_missing")),
    ],
    5: [
        ({"event_kind": "divorce", "reviewed_on": "2024-06-15"}, ELIGIBLE),
        ({"event_kind": "divorce", "reviewed_on": "2024-06-14"}, unverified("review_overdue")),
        ({"event_kind": "divorce"}, unverified("review_overdue")),
        ({"reviewed_on": "2025-06-01"}, unverified("event_missing")),
    ],
    6: [
        (AWAY, ELIGIBLE),
        (AWAY | {"hukou_kind": "rural"}, ELIGIBLE),
        (AWAY | {"hukou_kind": "urban"}, unverified("not_rural")),
        (AWAY | {"mother_status": None}, unverified("parent_status_missing")),
        (AWAY | {"mother_status": "unable", "mother_since": None}, ELIGIBLE),
        (AWAY | {"mother_status": "deceased", "mother_since": None}, ELIGIBLE),
        (AWAY | {"mother_status": "imprisoned", "mother_since": None, "mother_until": "2025-01-01"}, ELIGIBLE),
        (AWAY | {"mother_since": None}, unverified("away_under_3_months")),
        (AWAY | {"mother_since": "2025-03-15"}, ELIGIBLE),
        (AWAY | {"mother_since": "2025-03-16"}, unverified("away_under_3_months")),
        (AWAY | {"father_until": DAY}, ELIGIBLE),
        (AWAY | {"father_until": "2025-06-14"}, expired("parent_returned")),
        (AWAY | {"father_until": "2025-06-14", "hukou_kind": "urban"}, expired("parent_returned")),
        (AWAY | {"mother_status": "at_home"}, unverified("parent_at_home")),
        ({"father_status": "at_home", "mother_status": "at_home"}, unverified("parent_at_home")),
        (ABSENT, unverified("parent_combination")),
    ],
}


@pytest.mark.parametrize("class_no", CASES)
def test_every_line_of_the_table_holds_on_the_day_it_turns(town, class_no):
    for at, (facts, _) in enumerate(CASES[class_no]):
        town.child(f"c{at}", [class_no], **facts)
    found = {row["child_id"]: (row["state"], row["reason"]) for row in town.step("membership_states", DAY)}
    assert found == {f"c{at}": state for at, (_, state) in enumerate(CASES[class_no])}


@pytest.mark.parametrize(
    ("class_no", "born_on", "day", "expected"),
    [
        (1, "2007-06-15", "2025-06-15", ELIGIBLE),
        (1, "2007-06-14", "2025-06-15", expired("age_limit")),
        (6, "2009-06-15", "2025-06-15", ELIGIBLE),
        (6, "2009-06-14", "2025-06-15", expired("age_limit")),
        (1, "2008-02-29", "2026-02-28", ELIGIBLE),
        (1, "2008-02-29", "2026-03-01", expired("age_limit")),
        (1, None, "2025-06-15", unverified("birth_date_missing")),
    ],
)
def test_the_birthday_still_counts_as_under_and_29_february_falls_to_the_28th(town, class_no, born_on, day, expected):
    town.child("a", [class_no], born_on=born_on, **(AWAY if class_no == 6 else {}))
    assert town.state(day) == expected


def test_a_class_5_child_without_review_is_held_against_its_listing(town):
    town.child("a", [5], listed_on="2024-06-15", event_kind="abuse")
    assert [town.state("2025-06-15"), town.state("2025-06-16")] == [ELIGIBLE, unverified("review_overdue")]


def test_an_illness_is_held_against_the_threshold_of_its_own_year(town):
    town.add("settings", name="illness_cost", item="2024", value=18000.0)
    town.child("a", [3], **DIBAO, illness_cost=17000.0, illness_year=2024)
    town.child("b", [3], **DIBAO, illness_cost=17000.0, illness_year=2025)
    assert (town.state(DAY, "a"), town.state(DAY, "b")) == (unverified("severity_not_shown"), ELIGIBLE)


def test_level_3_mental_shows_severity_only_while_the_setting_says_so(town):
    town.home.joinpath("settings.toml").write_text("[severe_disability]\nlevel_3_mental = false\n")
    town.child("a", [3], **DIBAO, disability_type="mental", disability_level=3)
    assert town.state(DAY) == unverified("severity_not_shown")


def test_a_membership_holds_from_its_listing_until_the_day_before_its_end(town):
    town.child("a", listed_on="2025-01-10", delisted_on="2025-03-01")
    assert [town.figure("eligibility", day)["registered"] for day in ("2025-01-09", "2025-01-10", "2025-02-28", "2025-03-01")] == [
        0,
        1,
        1,
        0,
    ]


def test_facts_of_a_newer_ledger_hold_from_its_day_and_replace_the_older_whole(town):
    town.child("a", [4], holds_before="2025-03-10", **DIBAO)
    town.facts("a", ledger_on="2025-03-10", holds_from="2025-03-10")
    assert [town.state("2022-12-31"), town.state("2025-03-09"), town.state("2025-03-10")] == [None, ELIGIBLE, unverified("dibao_missing")]


def test_a_child_in_two_classes_is_told_by_its_best_one_and_counts_once_in_the_town(town):
    town.child("a", [2, 4, 6], **DIBAO)
    states = town.step("child_states", DAY)
    assert [(row["state"], row["primary_class"], row["needs_family"]) for row in states] == [("eligible", 4, True)]
    assert [row["registered"] for row in town.ask("eligibility", DAY, "class")] == [0, 1, 0, 1, 0, 1]
    assert town.figure("eligibility", DAY)["registered"] == 1


def test_a_child_of_two_villages_counts_in_the_one_whose_ledger_is_newer_up_to_the_day(town):
    town.child("a", ledger_on="2024-01-10", holds_before="2024-06-10")
    town.member("a", 1, BRIDGE)
    town.facts("a", ledger_on="2024-06-10", holds_from="2024-06-10", village=BRIDGE)

    def placed(day):
        return {row["village_id"]: row["registered"] for row in town.ask("eligibility", day, "village")}

    assert placed("2023-06-01") == {WILLOW: 1, BRIDGE: 0}
    assert placed("2024-06-09") == {WILLOW: 1, BRIDGE: 0}
    assert placed("2024-06-10") == {WILLOW: 0, BRIDGE: 1}
    assert town.figure("eligibility", "2024-06-10")["registered"] == 1
    assert [row["registered"] for row in town.ask("eligibility", "2024-06-10", "class")] == [1, 0, 0, 0, 0, 0]


def test_without_children_every_village_and_class_has_its_row_and_no_rate(town):
    empty = {"registered": 0, "eligible": 0, "expired": 0, "unverified": 0, "in_scope": 0, "eligibility_valid_share": None}
    willow, bridge = {"village_id": WILLOW, "village": "柳溪村"}, {"village_id": BRIDGE, "village": "双桥村"}
    assert town.ask("eligibility", DAY) == [empty]
    assert town.ask("eligibility", DAY, "village") == [willow | empty, bridge | empty]
    assert town.ask("eligibility", DAY, "class") == [{"class_no": number} | empty for number in range(1, 7)]
    assert town.ask("eligibility", DAY, "village_class") == [v | {"class_no": n} | empty for v in (willow, bridge) for n in range(1, 7)]


def test_reasons_are_counted_per_class_for_those_not_eligible(town):
    town.child("a", [1, 4])
    town.child("b", [4])
    town.child("c", [4], **DIBAO, dibao_until="2025-01-01")
    rows = [(4, "expired", "dibao_ended", 1), (4, "unverified", "dibao_missing", 2)]
    names = ("class_no", "state", "reason", "children")
    assert town.ask("eligibility_reasons", DAY) == [dict(zip(names, row, strict=True)) for row in rows]
