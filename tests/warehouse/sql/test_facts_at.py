"""State facts of a day: those of the ledger in force then, of the child's own village where it names the child."""

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW


@pytest.mark.parametrize(("day", "named_in"), [("2025-06-19", WILLOW), ("2025-06-20", BRIDGE), ("2025-06-21", BRIDGE)])
def test_another_villages_ledger_holds_from_its_own_day_where_the_childs_village_names_it_no_longer(day, named_in, town):
    town.child("a", holds_before="2025-06-20")
    town.facts("a", ledger_on="2025-06-20", holds_from="2025-06-20", village=BRIDGE)
    assert [(row["child_id"], row["village_id"]) for row in town.step("facts_at", day)] == [("a", named_in)]
