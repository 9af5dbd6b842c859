"""The map by any share and class group: link and list say what the map says, and what has no classes says so."""

import datetime as dt
import json
import re

import pytest

from pages.charts import plotly_map
from pages.data import measures
from tests.pages.test_pages import spoken
from warehouse.builds import repository
from warehouse.metrics import query, registry

DAY = dt.date(2025, 12, 31)


def cells(app):
    """{village: figures} of the list beside the map."""
    (table,) = [part.proto.body for part in app.get("html") if "<table" in part.proto.body]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)[1:]]
    return {re.sub("<[^>]*>", "", row[0]): re.sub("<[^>]*>", "", row[1]) for row in rows}


def drawn(app):
    """{village_id: hover} of the map."""
    (areas, *_others) = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    return dict(zip(areas["locations"], areas["hovertext"], strict=True))


@pytest.mark.parametrize("share", [share for share in registry.shares() if share != "visit_target_share"])
def test_every_share_can_be_put_on_the_map_under_its_own_name_or_as_a_group(share):
    assert share in measures.shares() or share.removeprefix(measures.FIRST + "_") in measures.GROUPS


@pytest.mark.parametrize("share", ["visit_pace_share", "six_reached_share", "care_share", "annual_update_share"])
def test_map_and_list_say_the_same_of_every_village(share, opened, demo_home):
    app = opened("map", role="leader", measure=share)
    assert [part.value for part in (*app.exception, *app.error)] == []
    names = {row["village_id"]: row["name"] for row in repository.open_build(demo_home).rows("select village_id, name from villages")}
    told = cells(app)
    assert {names[code]: hover.rpartition("<br>")[2] for code, hover in drawn(app).items()} == told
    assert len(told) == len(names) and any("/" in figures for figures in told.values())


@pytest.mark.parametrize("group", ["1_3", "4_6"])
def test_a_group_of_classes_is_that_of_the_coverage_figures(group, opened, demo_home):
    rows = query.ask(repository.open_build(demo_home), "coverage", DAY, "village")
    parts = {row["village"]: (row[f"covered_{group}"], row[f"in_scope_{group}"]) for row in rows}
    told = cells(opened("map", role="leader", **{"class": group}))
    assert {name: figures.rpartition("· ")[2] for name, figures in told.items()} == {
        name: f"{n}/{d}" if d else "—" for name, (n, d) in parts.items()
    }


def test_one_class_is_chosen_by_the_link_and_named_in_the_sentence(opened):
    app = opened("map", role="leader", **{"class": "6", "measure": "visit_pace_share"})
    assert (app.selectbox(key="measure").value, app.selectbox(key="class").value) == ("visit_pace_share", "6")
    assert "走访跟上率（6 留守儿童）" in spoken(app)


def test_a_choice_is_kept_in_the_link_by_its_code_and_the_first_one_leaves_no_trace(opened):
    app = opened("map", role="leader")
    app.selectbox(key="measure").set_value("needs_resolved_share").run()
    app.selectbox(key="class").set_value("4_6").run()
    assert [app.query_params[key] for key in ("measure", "class")] == ["needs_resolved_share", "4_6"]
    app.selectbox(key="measure").set_value("coverage_share").run()
    assert "measure" not in app.query_params


def test_a_share_without_classes_says_so_and_shows_the_villages_as_a_whole(opened):
    app = opened("map", role="leader", measure="training_share", **{"class": "1_3"})
    assert "“培训参与率”不按儿童类别计算" in spoken(app)


def test_a_link_with_a_measure_or_class_that_is_none_shows_the_first(opened):
    app = opened("map", role="leader", measure="secrets", **{"class": "9"})
    assert (app.selectbox(key="measure").value, app.selectbox(key="class").value, len(app.exception)) == ("coverage_share", "", 0)


def test_on_a_day_before_all_ledgers_every_village_is_without_a_figure(opened):
    app = opened("map", role="leader", **{"class": "1"})
    app.date_input(key="as_of").set_value(dt.date(2023, 1, 1)).run()
    assert ([part.value for part in (*app.exception, *app.error)], set(cells(app).values())) == ([], {"—"})


def square(x, y, side=0.02):
    """A small square as the register writes a boundary."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return json.dumps({"type": "Polygon", "coordinates": [corners]})


def test_labels_that_would_lie_over_a_needier_villages_are_left_out():
    places = [("a", 0.0, 0.0), ("b", 0.02, 0.0), ("c", 1.0, 0.0), ("d", 0.0, 1.0)]
    villages = [{"village_id": code, "name": "某某村", "longitude": x, "latitude": y, "boundary": square(x, y)} for code, x, y in places]
    figure = plotly_map.town_map(villages, {"a": (1, 1), "b": (0, 1), "c": (1, 1), "d": (1, 1)}, "覆盖率")
    labels = dict(zip(figure["data"][0]["locations"], figure["data"][-1]["text"], strict=True))
    assert [bool(labels[code]) for code in "abcd"] == [False, True, True, True]
