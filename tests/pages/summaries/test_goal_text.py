"""Goals in words: final accounts, what is still needed a month."""

import datetime as dt

import pytest

from pages.summaries import goal_text

GOAL = {
    "goal_year": 2025,
    "indicator": "coverage_share_1_3",
    "as_of": dt.date(2025, 12, 31),
    "numerator": 50,
    "denominator": 52,
    "actual": 50 / 52,
    "target": 1.0,
    "weight": 15,
    "status": "close",
}
NOW = {"numerator": 40, "denominator": 50, "actual": 0.8}


def test_a_goal_that_has_passed_keeps_its_own_figures_and_is_told_as_final():
    row = goal_text.on_the_day(GOAL, NOW, dt.date(2025, 12, 31))
    assert (row["numerator"], row["goal_on"], goal_text.outcome(row)) == (50, GOAL["as_of"], "差 2 名儿童，没有达到目标。")


def test_a_goal_still_to_come_is_told_as_things_stand_with_the_pace_it_needs():
    row = goal_text.on_the_day(GOAL, NOW, dt.date(2025, 10, 31))
    assert (row["numerator"], row["as_of"], row["status"]) == (40, dt.date(2025, 10, 31), "behind")
    assert goal_text.outcome(row) == "还差 10 名儿童，还有 61 天。平均每月至少 5 名儿童。"


@pytest.mark.parametrize(
    ("day", "numerator", "says"),
    [
        ("2025-12-25", 40, "还差 10 名儿童，还有 6 天。平均每天至少 2 名儿童。"),
        ("2025-12-25", 47, "还差 3 名儿童，还有 6 天。"),
        ("2025-12-30", 40, "还差 10 名儿童，还有 1 天。平均每天至少 10 名儿童。"),
        ("2025-02-28", 47, "还差 3 名儿童，还有 306 天。"),
    ],
)
def test_the_pace_is_by_the_day_when_days_are_left_and_nothing_below_one(day, numerator, says):
    row = goal_text.on_the_day(GOAL, NOW | {"numerator": numerator}, dt.date.fromisoformat(day))
    assert goal_text.outcome(row) == says


@pytest.mark.parametrize(("day", "is_late"), [("2025-03-31", False), ("2025-04-01", True)])
def test_an_update_after_its_last_day_cannot_be_made_up_and_the_sentence_says_so(day, is_late):
    row = goal_text.on_the_day(GOAL | {"indicator": "annual_update_share"}, NOW, dt.date.fromisoformat(day))
    assert ("补不上了" in goal_text.outcome(row), "平均每" in goal_text.outcome(row)) == (is_late, not is_late)


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "lacking"), [(95, 100, 0.95, 0), (94, 100, 0.95, 1), (0, 3, 0.9, 3), (27, 30, 0.9, 0)]
)
def test_what_is_lacking_is_a_whole_number_that_reaches_the_target(numerator, denominator, target, lacking):
    assert goal_text.short({"numerator": numerator, "denominator": denominator, "target": target}) == lacking


def test_nothing_to_count_and_a_target_reached_early_are_said():
    nothing = goal_text.on_the_day(GOAL, {"numerator": 0, "denominator": 0, "actual": None}, dt.date(2025, 10, 31))
    reached = goal_text.on_the_day(GOAL, {"numerator": 50, "denominator": 50, "actual": 1.0}, dt.date(2025, 10, 31))
    assert (nothing["status"], goal_text.outcome(nothing)) == ("no_figure", "没有可计算的对象。")
    assert (reached["status"], goal_text.outcome(reached)) == ("met", "已达到目标，保持到目标日即可。")
