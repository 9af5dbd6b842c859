"""State facts of a day: those of the ledger in force then, of the child's own village where it names the child."""

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW


@pytest.mark.parametrize(("day", "named_in"), [("2025-06-19", WILLOW), ("2025-06-20", BRIDGE), ("2025-06-21", BRIDGE)])
def test_another_villages_ledger_holds_from_its_own_day_where_the_childs_village_names_it_no_longer(day, named_in, town):
    town.child("a", holds_before="2025-06-20")
    town.facts("a", ledger_on="2025-06-20", holds_from="2025-06-20", village=BRIDGE)
    assert [(row["child_id"], row["village_id"]) for row in town.step("facts_at", day)] == [("a", named_in)]


def test_a_childs_place_is_in_its_own_villages_ledger_also_where_anothers_states_its_facts(town):
    town.child("a", holds_before="2025-06-20")
    town.place = {"sheet_id": "g/1", "row_no": 9}
    town.facts("a", ledger_on="2025-06-20", holds_from="2025-06-20", village=BRIDGE, household_id="of the bridge")
    places = {day: town.step("facts_at", day)[0] for day in ("2025-06-19", "2025-06-20")}
    assert {day: (row["household_id"], row["sheet_id"], row["row_no"]) for day, row in places.items()} == {
        "2025-06-19": (None, "f/1", 5),
        "2025-06-20": ("of the bridge", "f/1", 5),
    }
