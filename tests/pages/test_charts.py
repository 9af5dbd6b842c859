"""Charts and maps as dicts: what stands in them is what the figures say, and nothing would be fetched."""

import json
from itertools import pairwise

import pytest

from pages.parts import charts, maps

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
ROWS = [("甲村", 4, 4), ("乙村", 1, 2), ("丙村", 0, 0)]


def village(code, x=None, y=None, boundary=None):
    """A row of the register."""
    return {"village_id": code, "name": code, "longitude": x, "latitude": y, "boundary": boundary and json.dumps(boundary)}


def test_bars_are_sorted_by_need_and_leave_out_villages_without_a_figure():
    figure = charts.share_bars(ROWS, 1.0)
    assert (figure["data"][0]["y"], figure["data"][0]["x"]) == (["甲村", "乙村"], [1.0, 0.5])
    assert [label["text"] for label in figure["layout"]["annotations"]] == ["● 100.0% · 4/4", "■ 50.0% · 1/2", "目标 100.0%"]


def test_the_range_under_unverified_children_is_a_bracket_around_the_bar():
    error = charts.share_bars([("乙村", 1, 2)], 1.0, {"乙村": (0.25, 0.75)})["data"][0]["error_x"]
    assert (error["array"], error["arrayminus"]) == ([0.25], [0.25])


@pytest.mark.parametrize(
    ("share", "step"), [(1.0, 0), (0.999, 1), (0.95, 1), (0.949, 2), (0.85, 2), (0.70, 3), (0.699, 4), (0.0, 4), (None, 5)]
)
def test_map_steps_are_fixed(share, step):
    assert maps.step_of(share) == step


def test_a_ring_is_turned_so_that_the_village_and_not_the_world_is_filled():
    drawn, _points, is_schematic = maps.shapes((("a", 0.5, 0.5, json.dumps(SQUARE)),))
    ring = drawn["features"][0]["geometry"]["coordinates"][0]
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
    assert (area < 0, is_schematic) == (True, False)


def test_without_boundaries_every_village_gets_a_cell_and_the_map_says_schematic():
    villages = [village("a", 0, 0), village("b", 1, 0), village("c", 0, 1), village("d", 1, 1.2)]
    figure = maps.town_map(villages, {"a": (1, 2)}, "覆盖率")
    assert sorted(figure["data"][0]["locations"]) == ["a", "b", "c", "d"]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["示意图"]


def test_two_villages_on_one_point_do_not_break_the_map():
    figure = maps.town_map([village("a", 0, 0), village("b", 0, 0), village("c", 1, 1)], {}, "覆盖率")
    assert sorted(figure["data"][0]["locations"]) == ["a", "c"]


def test_a_town_without_places_draws_an_empty_map():
    assert maps.town_map([village("a")], {}, "覆盖率")["data"][0]["locations"] == []


def test_the_legend_counts_villages_per_step():
    told = maps.legend({"a": (1, 1), "b": (1, 2), "c": (0, 0)})
    assert "100% · 1个村" in told and "&lt;70%" not in told and "<70% · 1个村" in told and "无数据 · 1个村" in told


def test_plotly_gets_an_outline_of_the_world_that_needs_no_network():
    assert charts.config()["topojsonURL"].startswith("data:application/json,") and charts.config()["topojsonURL"].endswith("#")


def test_six_visits_are_six_slots():
    assert [charts.slots(days) for days in (0, 2, 6, 8)] == ["○○○○○○", "●●○○○○", "●●●●●●", "●●●●●● +2"]


def test_months_to_come_stay_blank():
    assert charts.heat_months(["甲村"], [[3] * 12], 2)["data"][0]["z"] == [[3, 3] + [None] * 10]
