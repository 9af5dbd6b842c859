"""Which children pages count and what day they compare with: one choice, kept in every link, said on the page, taken back by a press."""

import datetime as dt
import json

import pytest

from pages.data.queries import months_before
from tests.pages.components.test_drilldown_links import links
from tests.pages.test_pages import spoken
from warehouse.builds import repository
from warehouse.metrics import query

DAY = dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("day", "count", "before"),
    [("2025-12-31", 1, "2025-11-30"), ("2025-11-30", 1, "2025-10-31"), ("2024-03-30", 1, "2024-02-29"), ("2024-02-29", 12, "2023-02-28")],
)
def test_the_same_day_before_is_the_last_of_its_month_for_a_last_day(day, count, before):
    assert months_before(dt.date.fromisoformat(day), count) == dt.date.fromisoformat(before)


@pytest.mark.parametrize(
    ("asked", "day", "says"),
    [
        ({"compare": "year"}, dt.date(2024, 12, 31), "较去年同日"),
        ({"compare": "day", "compare_on": "2024-03-31"}, dt.date(2024, 3, 31), "较 2024-03-31"),
        ({}, dt.date(2025, 11, 30), "较上月"),
    ],
)
def test_cards_compare_with_the_day_chosen_and_links_carry_it(asked, day, says, opened, demo_home):
    build = repository.open_build(demo_home)
    now, before = (query.ask(build, "coverage", on)[0]["coverage_share"] for on in (DAY, day))
    app = opened("coverage", **asked)
    assert f"{says} {(now - before) * 100:+.1f} 个百分点" in spoken(app)
    assert {tuple(query.items()) for _page, query, _text in links(app) for query in [{k: query[k] for k in asked if k in query}]} == {
        tuple(asked.items())
    }


def test_the_overview_tells_the_changes_since_the_day_chosen(opened):
    assert "2024-12-31 与 2025-12-31 相比" in spoken(opened("overview", compare="year"))


def test_what_a_page_is_narrowed_to_is_said_and_taken_back_by_a_press(opened):
    app = opened("coverage", village="石碾村", **{"class": "6"})
    assert [button.label for button in app.button if button.label.endswith("✕")] == ["石碾村 ✕", "6 留守儿童 ✕"]
    app.button(key="chip_class").click().run()
    app.button(key="chip_village").click().run()
    assert [button.label for button in app.button if button.label.endswith("✕")] == []
    assert ("class" in app.query_params, app.selectbox(key="village").value) == (False, "")


def test_a_page_whose_figures_have_no_classes_says_that_it_shows_all_children(opened):
    assert "这一页的数不按儿童类别分" in spoken(opened("goals", **{"class": "6"}))


def test_a_reader_from_whom_counts_are_withheld_is_offered_neither(opened, demo_home, monkeypatch):
    monkeypatch.setattr("pages.access.rights.withheld_below", lambda _role: 5)
    assert [box.key for box in opened("overview", role="leader").selectbox if box.key in ("class", "compare")] == []


@pytest.mark.parametrize("group", ["", "1_3"])
def test_villages_stand_side_by_side_over_all_months_with_the_target(group, opened, demo_home):
    build = repository.open_build(demo_home)
    first, second = query.ask(build, "coverage", DAY, "village")[:2]
    chosen = f"{first['village_id']},{second['village_id']}"
    app = opened("coverage", part="trend", trend="coverage_share", beside=chosen, **({"class": group} if group else {}))
    assert [part.value for part in (*app.exception, *app.error)] == []
    drawn = json.loads(app.get("plotly_chart")[1].proto.spec)
    assert [trace["name"] for trace in drawn["data"]] == [first["village"], second["village"], "全镇"]
    days = [dt.date.fromisoformat(day) for day in drawn["data"][2]["x"]]
    ending = f"_{group}" if group else ""
    rows = [query.ask(build, "coverage", day)[0] for day in days]
    assert drawn["data"][2]["y"] == [pytest.approx(row[f"covered{ending}"] / row[f"in_scope{ending}"]) for row in rows] and len(days) > 20
    assert ("目标 100.0%" in json.dumps(drawn, ensure_ascii=False)) == bool(group)
    assert f"{first[f'covered{ending}']}/{first[f'in_scope{ending}']}" in spoken(app)
    assert app.query_params["beside"] == chosen
