"""Goals: each on its own day, with a status by rule and a score (plan 1)."""

import datetime as dt

import pytest

from tests.warehouse.town_builder import BRIDGE, WILLOW

GOALS = """
goals = [
  { goal_year = 2023, indicator = "coverage_share_1_3", as_of = 2023-12-31, target = 1.0, weight = 30, plan = "2.3" },
  { goal_year = 2023, indicator = "training_share", as_of = 2023-12-31, target = 1.00, weight = 10, plan = "3.1.4" },
  { goal_year = 2025, indicator = "visit_target_share", as_of = 2025-12-31, target = 0.8, weight = 20, plan = "3.2.1" },
]
"""


def test_goals_are_told_on_their_own_day_whatever_day_is_asked(town):
    town.home.joinpath("goals.toml").write_text(GOALS)
    town.helper("h", joined_on="2024-01-01")
    town.child("a", listed_on="2023-01-01")
    town.child("b", listed_on="2023-01-01", delisted_on="2024-01-01")
    town.pair("a", "h", "2023-01-01")
    town.visit("a", *(f"2025-0{month}-01" for month in range(1, 7)))
    row = {"as_of": dt.date(2023, 12, 31), "numerator": 0, "denominator": 2, "actual": 0.0, "target": 1.0, "weight": 30}
    first = {"goal_year": 2023, "indicator": "coverage_share_1_3"} | row | {"status": "behind"}
    none = {"indicator": "training_share", "denominator": 0, "actual": None, "weight": 10, "status": "no_figure"}
    met = {"goal_year": 2025, "indicator": "visit_target_share", "as_of": dt.date(2025, 12, 31), "numerator": 1}
    met |= {"denominator": 1, "actual": 1.0, "target": 0.8, "weight": 20, "status": "met"}
    assert town.ask("goals", "2024-05-05") == town.ask("goals", "2030-01-01") == [first, first | none, met]
    scores = [{"goal_year": 2023, "score": 0.0}, {"goal_year": 2025, "score": 1.0}]
    assert town.ask("goal_scores", "2024-05-05") == scores


@pytest.mark.parametrize(("covered", "status"), [(20, "met"), (19, "close"), (18, "behind")])
def test_close_begins_at_95_hundredths_of_the_target(town, covered, status):
    town.home.joinpath("goals.toml").write_text(GOALS)
    town.helper("h")
    for at in range(20):
        town.child(f"c{at}")
        if at < covered:
            town.pair(f"c{at}", "h")
    goal = town.ask("goals", "2023-12-31")[0]
    assert (goal["numerator"], goal["denominator"], goal["status"]) == (covered, 20, status)


def test_a_village_without_any_figure_has_no_score(town):
    town.home.joinpath("goals.toml").write_text(GOALS)
    town.child("a")
    rows = [tuple(row.values()) for row in town.ask("goal_scores", "2023-12-31", "village")]
    assert rows == [
        (WILLOW, "柳溪村", 2023, 0.0),
        (WILLOW, "柳溪村", 2025, 0.0),
        (BRIDGE, "双桥村", 2023, None),
        (BRIDGE, "双桥村", 2025, None),
    ]


def test_the_goals_of_the_program_are_those_of_the_towns_table(town):
    rows = town.build.rows("select goal_year, indicator, target, weight, plan from goals order by sort_no")
    table = """2023 ledgers_complete_share 1.0 20 3.1.1; 2023 field_complete_share 0.98 15 3.1.1
    2023 coverage_share_1_3 1.0 25 2.3; 2023 coverage_share_4_6 1.0 20 2.3; 2023 card_share 1.0 10 3.1.3
    2023 training_share 1.0 10 3.1.4; 2025 annual_update_share 1.0 10 3.1.4; 2025 coverage_share_1_3 1.0 15 2.3
    2025 coverage_share_4_6 1.0 10 2.3; 2025 conforming_share 0.95 10 2.3; 2025 visit_target_share 1.0 20 3.2.1
    2025 training_share 1.0 5 3.1.4; 2025 needs_resolved_share 0.9 15 3.2.2
    2025 eligibility_valid_share 0.98 10 3.1.4; 2025 care_share 0.8 5 3.3.3"""
    told = [line.strip() for part in table.splitlines() for line in part.split(";")]
    assert [" ".join(str(value) for value in row.values()) for row in rows] == told
