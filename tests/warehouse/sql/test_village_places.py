"""Villages that begin late, end and go into another: who counts where, and that closed years stay (ledgers.md §5)."""

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW, Town

MAPLE = "659901101203"


def villages(town, metric, day, column):
    """A figure of every village that has a row."""
    return {row["village_id"]: row[column] for row in town.ask(metric, day, "village")}


@pytest.fixture
def merged(tmp_path):
    """A child in a village that went into another in the middle of 2025, with a pairing, a visit, a need and a report."""
    town = Town(tmp_path)
    town.rows = [row for row in town.rows if row[1]["village_id"] != BRIDGE]
    town.add("villages", village_id=BRIDGE, name="双桥村", sort_no=2, until="2025-07-01", merged_into=WILLOW)
    town.child("a", village=BRIDGE)
    town.helper("h")
    town.pair("a", "h", village=BRIDGE)
    town.visit("a", "2025-03-01", village=BRIDGE)
    town.need("a", "2025-02-01", village=BRIDGE)
    return town


@pytest.mark.parametrize(("day", "village"), [("2025-06-30", BRIDGE), ("2025-07-01", WILLOW)])
@pytest.mark.parametrize(
    ("metric", "column"), [("eligibility", "registered"), ("visits", "visit_days"), ("needs", "raised"), ("duties", "helpers")]
)
def test_what_is_of_a_merged_village_stands_in_the_one_it_went_into_from_that_day(merged, metric, column, day, village):
    counted = villages(merged, metric, day, column)
    assert counted[village] == 1
    assert set(counted) == ({BRIDGE, WILLOW} if village == BRIDGE else {WILLOW})
    assert sum(counted.values()) == 1 == merged.figure(metric, day)[column]


def test_a_village_counts_in_denominators_while_it_exists_and_in_the_update_if_it_did_on_31_march(merged):
    (before,), (after,) = merged.ask("duties", "2025-06-30"), merged.ask("duties", "2025-12-31")
    assert (before["ledgers_expected"], before["villages"]) == (12, 2)
    assert (after["ledgers_expected"], after["villages"]) == (6, 2)
    assert merged.ask("duties", "2026-12-31")[0]["villages"] == 1


def test_a_village_that_begins_later_changes_no_earlier_figure(town):
    town.add("villages", village_id=MAPLE, name="枫林村", sort_no=3, since="2025-01-01")
    town.child("a")
    town.child("b", village=MAPLE)
    assert [
        (town.figure("eligibility", day)["registered"], town.figure("duties", day)["villages"]) for day in ("2024-12-31", "2025-01-01")
    ] == [(1, 2), (2, 3)]
    assert MAPLE not in villages(town, "eligibility", "2024-12-31", "registered")


def test_a_child_named_in_both_villages_of_a_merger_is_one_child_of_the_new_one(merged):
    merged.member("a", 1, WILLOW, listed_on="2025-08-01")
    merged.facts("a", ledger_on="2025-08-01", village=WILLOW)
    assert villages(merged, "eligibility", "2025-12-31", "registered") == {WILLOW: 1}


def test_of_mergers_one_after_the_other_the_last_counts(merged):
    merged.rows = [row for row in merged.rows if row[1].get("name") != "柳溪村"]
    merged.add("villages", village_id=WILLOW, name="柳溪村", sort_no=1, until="2025-10-01", merged_into=MAPLE)
    merged.add("villages", village_id=MAPLE, name="枫林村", sort_no=3)
    assert villages(merged, "eligibility", "2025-12-31", "registered") == {MAPLE: 1}
