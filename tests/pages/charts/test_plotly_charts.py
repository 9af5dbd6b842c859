"""Charts and maps as dicts: what stands in them is what the figures say, and nothing would be fetched."""

import datetime as dt
import json
from itertools import pairwise

import pytest

from pages.charts import heatmap, plotly_charts, plotly_map

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


def village(code, x=None, y=None, boundary=None):
    """A row of the register."""
    return {"village_id": code, "name": code, "longitude": x, "latitude": y, "boundary": boundary and json.dumps(boundary)}


def test_bars_stand_with_the_first_on_top():
    figure = plotly_charts.share_bars([("乙村", 1, 2), ("甲村", 4, 4)], 1.0)
    assert (figure["data"][0]["y"], figure["data"][0]["x"]) == (["甲村", "乙村"], [1.0, 0.5])
    assert [label["text"] for label in figure["layout"]["annotations"]] == ["● 100.0% · 4/4", "■ 50.0% · 1/2", "目标 100.0%"]


def test_the_range_under_unverified_children_is_a_bracket_around_the_bar():
    error = plotly_charts.share_bars([("乙村", 1, 2)], 1.0, {"乙村": (0.25, 0.75)})["data"][0]["error_x"]
    assert (error["array"], error["arrayminus"]) == ([0.25], [0.25])


@pytest.mark.parametrize(
    ("share", "step"), [(1.0, 0), (0.999, 1), (0.95, 1), (0.949, 2), (0.85, 2), (0.70, 3), (0.699, 4), (0.0, 4), (None, 5)]
)
def test_map_steps_are_fixed(share, step):
    assert plotly_map.step_of(share) == step


def test_a_ring_is_turned_so_that_the_village_and_not_the_world_is_filled():
    drawn, _points, is_schematic = plotly_map.shapes((("a", 0.5, 0.5, json.dumps(SQUARE)),))
    ring = drawn["features"][0]["geometry"]["coordinates"][0]
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
    assert (area < 0, is_schematic) == (True, False)


def test_without_boundaries_every_village_gets_a_cell_and_the_map_says_schematic():
    villages = [village("a", 0, 0), village("b", 1, 0), village("c", 0, 1), village("d", 1, 1.2)]
    figure = plotly_map.town_map(villages, {"a": (1, 2)}, "覆盖率")
    assert sorted(figure["data"][0]["locations"]) == ["a", "b", "c", "d"]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["示意图"]


def test_two_villages_on_one_point_do_not_break_the_map():
    figure = plotly_map.town_map([village("a", 0, 0), village("b", 0, 0), village("c", 1, 1)], {}, "覆盖率")
    assert sorted(figure["data"][0]["locations"]) == ["a", "c"]


def test_a_town_without_places_draws_an_empty_map():
    assert plotly_map.town_map([village("a")], {}, "覆盖率")["data"][0]["locations"] == []


def test_the_legend_counts_villages_per_step():
    told = plotly_map.legend({"a": (1, 1), "b": (1, 2), "c": (0, 0)})
    assert "100% · 1个村" in told and "&lt;70%" not in told and "<70% · 1个村" in told and "无数据 · 1个村" in told


def test_plotly_gets_an_outline_of_the_world_that_needs_no_network():
    assert plotly_charts.config()["topojsonURL"].startswith("data:application/json,") and plotly_charts.config()["topojsonURL"].endswith(
        "#"
    )


def test_six_visits_are_six_slots():
    assert [plotly_charts.visit_slots(days) for days in (0, 2, 6, 8)] == ["○○○○○○", "●●○○○○", "●●●●●●", "●●●●●● +2"]


def test_months_to_come_stay_blank():
    assert heatmap.visits_by_month(["甲村"], [[3] * 12], 2)["data"][0]["z"] == [[3, 3] + [None] * 10]


def test_lines_that_end_together_have_labels_apart_and_context_below():
    ends = plotly_charts.year_lines({2024: [5] * 12, 2025: [5] * 12, 2026: [9]})["layout"]["annotations"]
    assert [(label["x"], label["text"]) for label in ends] == [(1, "2026"), (12, "2024"), (12, "2025")]
    assert ends[1]["y"] - ends[2]["y"] > 0.5
    drawn = plotly_charts.share_lines([dt.date(2025, 12, 31)], {"甲村": [1.0], "乙村": [1.0], "全镇": [1.0]}, None)
    assert [trace["zorder"] for trace in drawn["data"]] == [1, 1, 0] and drawn["layout"]["yaxis"]["range"][
        1
    ] < 1.02  # no share is above 100 %


def test_counts_have_whole_numbers_at_their_ticks_and_none_are_pale():
    flow = plotly_charts.month_flow([("2025-12", 0, 0, 0)])["layout"]
    assert (
        flow["yaxis"]["range"][1] > 4 and flow["legend"]["yanchor"] == "bottom"
    )  # the legend stands above the lines, however many rows it has
    assert heatmap.visits_by_month(["甲村"], [[0] * 12], 1)["data"][0]["zmax"] == 1


def test_what_lacks_most_stands_out_on_dark_ground_too():
    line, days = ("甲村", [(1, 4)], "?"), [dt.date(2025, 12, 31)]
    scales = [heatmap.shares_by_month([line], days, is_dark)["data"][0]["colorscale"] for is_dark in (False, True)]
    assert scales == [plotly_map.scale(), plotly_map.scale(is_dark=True)] and scales[0] != scales[1]


def test_a_measure_that_comes_back_to_where_it_was_has_moved():
    assert plotly_charts.line_title("年度更新率", [0.0, 1.0, 0.0]) == "年度更新率从 0.0% 到 0.0%"


def two_squares():
    """Two villages with boundaries side by side."""
    other = {"type": "Polygon", "coordinates": [[[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]]}
    return [village("a", 0.5, 0.5, SQUARE), village("b", 1.5, 0.5, other)]


def test_a_withheld_village_says_nothing_on_the_map_whatever_its_figure_is():
    figure = plotly_map.town_map(two_squares(), {"a": (1, 2), "b": (3, 4)}, "覆盖率", withheld={"a"})
    areas, labels = figure["data"][0], figure["data"][-1]
    assert (areas["z"], areas["hoverinfo"], areas["hovertext"][0]) == ([6, 2 + 1], ["none", "text"], "")
    assert labels["text"] == ["a<br>＊", "b<br>75.0%"]
    assert "50.0%" not in json.dumps(figure, ensure_ascii=False)
    assert "50.0%" not in plotly_map.map_text(two_squares(), {"a": (1, 2), "b": (3, 4)}, "覆盖率", {"a"})


def test_no_figure_and_withheld_have_hatches_of_their_own_inside_their_village():
    figure = plotly_map.town_map(two_squares(), {"a": (0, 0)}, "覆盖率", withheld={"b"})
    nothing, withheld = figure["data"][1:3]
    assert [max(x for x in nothing["lon"] if x is not None) <= 1, min(x for x in withheld["lon"] if x is not None) >= 1] == [True, True]
    assert {line["hoverinfo"] for line in (nothing, withheld)} == {"skip"}
    slopes = [{round((y2 - y1), 6) * (1 if x2 > x1 else -1) > 0 for x1, x2, y1, y2 in segments(trace)} for trace in (nothing, withheld)]
    assert slopes[0] == {True} and False in slopes[1]


def segments(trace):
    """(x1, x2, y1, y2) of each hatch line that is not upright."""
    places = list(zip(trace["lon"], trace["lat"], strict=True))
    pairs = [(one, other) for one, other in pairwise(places) if one[0] is not None and other[0] is not None]
    return [(one[0], other[0], one[1], other[1]) for one, other in pairs if abs(one[0] - other[0]) > 1e-9]


def test_the_legend_names_withheld_villages_only_where_there_are_any():
    shares = {"a": (1, 1), "b": (1, 2)}
    assert "不公布" not in plotly_map.legend(shares)
    told = plotly_map.legend(shares, {"b"})
    assert "不公布 · 1个村" in told and "<70% · 0个村" in told


def test_a_village_without_a_boundary_is_a_dot_at_its_point_and_named_without_a_point_it_is_named_too():
    villages = [*two_squares(), village("c", 2.5, 0.5), village("d"), village("e", 113.0, 30.0), village("f", 200.0, 95.0)]
    figure = plotly_map.town_map(villages, {"a": (1, 1), "b": (3, 4), "c": (1, 2)}, "覆盖率", chosen="a")
    areas, labels = figure["data"][0], figure["data"][-1]
    assert (areas["locations"], areas["z"], areas["hovertext"][2]) == (["a", "b", "c"], [0, 3, 4], "<b>c</b><br>覆盖率<br>50.0% · 1/2")
    (ring,) = areas["geojson"]["features"][2]["geometry"]["coordinates"]
    middle = [sum(axis) / 2 for pair in zip(*ring, strict=True) for axis in [(min(pair), max(pair))]]
    assert [round(place, 6) for place in middle] == [2.5, 0.5]
    assert (labels["textposition"], labels["lat"][2] < min(y for _x, y in ring) + 1e-9) == (["middle center"] * 2 + ["bottom center"], True)
    assert (labels["textfont"]["color"][2], areas["marker"]["line"]["color"]) == ("#1b2430", ["#e0a100", "#ffffff", plotly_map.HATCH])
    assert plotly_map.off_map(villages) == (["c"], ["d", "e", "f"])


def test_a_dot_is_hatched_where_its_figure_is_withheld_or_missing():
    figure = plotly_map.town_map([*two_squares(), village("c", 2.5, 0.5), village("d", 2.5, 0.9)], {"a": (1, 1)}, "覆盖率", withheld={"c"})
    (withheld,) = [trace for trace in figure["data"][1:-1] if max(x for x in trace["lon"] if x is not None) > 2.3][-1:]
    assert figure["data"][0]["z"] == [0, 5, 6, 5] and "50.0%" not in json.dumps(figure)
    assert all(y is None or y < 0.7 for y in withheld["lat"])


def test_beside_one_boundary_dots_are_large_enough_to_be_seen():
    villages = [village("a", 0.5, 0.5, SQUARE), *(village(f"v{at}", 0.5 + at / 2, 0.5) for at in range(1, 3))]
    features = plotly_map.town_map(villages, {}, "覆盖率")["data"][0]["geojson"]["features"]
    widths = [max(x for x, _y in ring) - min(x for x, _y in ring) for ring in (f["geometry"]["coordinates"][0] for f in features[1:])]
    assert len(widths) == 2 and min(widths) > 0.05
