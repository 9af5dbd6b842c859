"""The pages of helpers, difficulties, duties and visits: their figures are those that `ask` tells and their lists as long as they say."""

import datetime as dt
import json
import re

import pytest

from pages.data.queries import Figures
from tests.bench.one_truth import PARTS
from tests.pages.components.test_drilldown_links import links, rows_of
from tests.pages.test_pages import spoken
from warehouse.builds import repository
from warehouse.metrics import drilldown, query
from warehouse.sql import compose

DAY = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def build(demo_home):
    """The demo town's build."""
    return repository.open_build(demo_home)


def charts(app):
    """The charts of a page."""
    return [json.loads(part.proto.spec) for part in app.get("plotly_chart")]


@pytest.mark.parametrize("village", [None, "杏坡村"])
def test_the_flow_of_difficulties_is_that_of_the_figures_at_each_month_end(village, opened, build):
    app = opened("needs", **({"village": village} if village else {}))
    assert [part.value for part in (*app.exception, *app.error)] == []
    (raised, resolved, left), *_rest = [chart["data"] for chart in charts(app) if len(chart["data"]) == 3]
    days = [row["as_of"] for row in build.rows("select as_of from mart_days where is_month_end order by 1")]
    by = "town" if village is None else "village"
    figures = [next(row for row in query.ask(build, "needs", day, by) if village in (None, row.get("village"))) for day in days]
    assert left["y"] == [row["open"] for row in figures]
    assert sum(resolved["y"][1:]) == figures[-1]["resolved"] - figures[0]["resolved"]
    assert sum(raised["y"][1:]) == figures[-1]["raised"] - figures[0]["raised"]


def test_what_needs_a_meeting_is_overdue_and_has_had_none(opened, build):
    rows = drilldown.rows(build, "needs", "overdue", DAY)
    waiting = [row for row in rows if not row["is_joint_meeting"]]
    text = spoken(opened("needs"))
    assert f"现在需要会商的 {len(waiting)} 件" in text and 0 < len(waiting) <= len(rows)


def test_a_kind_of_difficulty_narrows_the_page_by_a_link_and_is_taken_back(opened, build):
    app = opened("needs", kind="money", part="open")
    count = len([row for row in drilldown.rows(build, "needs", "open", DAY) if row["category"] == "money"])
    assert f"未办结的 {count} 件" in spoken(app)
    raised = len([row for row in drilldown.rows(build, "needs", "raised", DAY) if row["category"] == "money"])
    assert f"提出困难 {raised} 件" in spoken(app)
    app.button(key="chip_kind").click().run()
    count = len(drilldown.rows(build, "needs", "open", DAY))
    assert f"未办结的 {count} 件" in spoken(app) and "kind" not in app.query_params


@pytest.mark.parametrize("kind", ["", "never_visited", "not_trained"])
def test_helpers_are_listed_by_what_is_chosen_with_pseudonyms_alone(kind, opened, build):
    app = opened("helpers", role="leader", **({"kind": kind} if kind else {}))
    assert [part.value for part in (*app.exception, *app.error)] == []
    where = {"never_visited": lambda row: row["is_paired"] and row["is_idle"], "not_trained": lambda row: not row["is_trained"]}
    rows = [row for row in drilldown.rows(build, "helpers", "helpers", DAY) if kind == "" or where[kind](row)]
    listed = [cells for cells in rows_of(app) if len(cells) == 9]
    assert len(listed) == min(len(rows), 8)
    assert {cells[0] for cells in listed} <= {row["helper_id"][:8] for row in rows}


def test_a_child_without_a_helper_family_has_a_proposal_with_its_reason_or_says_that_there_is_none(opened, build):
    proposals = build.rows(compose.list_sql("helper_proposals"), {"as_of": DAY})
    assert proposals
    text = spoken(opened("helpers"))
    assert f"还没有结对的 {len({row['child_id'] for row in proposals})} 名儿童" in text
    assert ("本村没有合适的" in text) == any(row["helper_id"] is None for row in proposals)


def test_duties_tell_what_falls_due_within_sixty_days(opened, build):
    upcoming = build.rows(compose.list_sql("upcoming"), {"as_of": DAY})
    assert upcoming and all(row["due_on"] <= DAY + dt.timedelta(days=60) for row in upcoming)
    assert f"接下来 60 天到期的 {len(upcoming)} 件" in spoken(opened("duties"))


def test_a_report_without_the_day_it_was_found_stands_last_and_the_page_opens(opened, monkeypatch):
    answer = Figures.rows_behind

    def without_a_day(figures, metric, name, *place):
        rows = answer(figures, metric, name, *place)
        return [row | {"found_on": None} if at == 0 else row for at, row in enumerate(rows)] if name == "reports" else rows

    monkeypatch.setattr(Figures, "rows_behind", without_a_day)
    app = opened("duties")
    assert [part.value for part in (*app.exception, *app.error)] == []


def test_care_by_occasion_adds_up_to_the_figure(opened, build):
    app = opened("duties", part="care")
    (whole,) = query.ask(build, "duties", DAY)
    (table,) = [part.proto.body for part in app.get("html") if "春节" in part.proto.body and "<table" in part.proto.body]
    parts = re.findall(r"(\d+)/(\d+)", re.sub(r"<[^>]*>", " ", table))
    assert [sum(int(pair[at]) for pair in parts) for at in (0, 1)] == [whole["care_held"], whole["care_due"]]


def test_visits_of_earlier_years_stand_beside_this_years(opened, build):
    app = opened("visits")
    assert [part.value for part in (*app.exception, *app.error)] == []
    (lines,) = [chart["data"] for chart in charts(app) if [trace.get("name") for trace in chart["data"]][-1:] == ["2025"]]
    for trace in lines:
        counted = query.ask(build, "visits", dt.date(int(trace["name"]), 12, 31))[0]["visit_days"]
        assert sum(trace["y"]) == counted
    assert len(lines) == 3


def test_a_month_lists_the_children_without_a_visit_in_it(opened, build):
    visited = {row["child_id"] for row in drilldown.rows(build, "visits", "visit_days", DAY) if row["visited_on"].month == 8}
    children = drilldown.rows(build, "visits", "in_scope", DAY)
    app = opened("visits", month="8")
    assert f"8月没有走访的 {len([row for row in children if row['child_id'] not in visited])} 名儿童" in spoken(app)
    app.button(key="chip_month").click().run()
    assert "走访没跟上的" in spoken(app)


def test_topics_are_those_of_the_figures(opened, build):
    app = opened("visits", part="topics", topic="health")
    rows = query.ask(build, "topics", DAY)
    assert len(rows) == 8
    text = re.sub(r"<[^>]*>", "", spoken(app))
    for row in rows:
        assert f"{row['with_topic']}/{row['visits']}" in text
    (line,) = charts(app)[-1]["data"]
    days = [row["as_of"] for row in build.rows("select as_of from mart_days where is_month_end order by 1")]
    assert line["y"] == [row["topic_share"] for day in days for row in query.ask(build, "topics", day) if row["topic"] == "health"]


@pytest.mark.parametrize("village", [None, "杏坡村"])
@pytest.mark.parametrize("page", PARTS)
def test_every_part_of_a_page_opens_by_its_link_and_by_its_tab(page, village, opened):
    place = {"village": village} if village else {}
    texts = []
    for part in PARTS[page]:
        app = opened(page, part=part, **place)
        assert [each.value for each in (*app.exception, *app.error)] == []
        assert app.query_params.get("part", PARTS[page][0]) == part
        texts.append(spoken(app))
    assert len({*texts}) == len(PARTS[page])


def test_a_part_that_a_link_makes_up_opens_the_first(opened):
    app = opened("needs", part="elsewhere")
    assert ([each.value for each in (*app.exception, *app.error)], "part" in app.query_params) == ([], False)


def test_a_goal_has_its_target_and_the_straight_way_to_it(opened, build):
    app = opened("goals", part="trend", trend="coverage_share_1_3")
    way, line = charts(app)[-1]["data"]
    days = [row["as_of"] for row in build.rows("select as_of from mart_days where is_month_end order by 1")]
    shares = [query.ask(build, "coverage", day)[0] for day in days]
    assert line["y"] == [row["covered_1_3"] / row["in_scope_1_3"] if row["in_scope_1_3"] else None for row in shares]
    first = next(value for value in line["y"] if value is not None)
    assert (way["x"][-1], way["y"]) == ("2025-12-31", [first, 1.0])


@pytest.mark.parametrize("name", ["helpers", "needs", "duties", "visits"])
@pytest.mark.parametrize("day", ["2023-01-01", "2024-02-29", "2026-01-20"])
def test_pages_open_on_a_day_without_data_in_january_and_between(name, day, opened):
    app = opened(name, as_of=day)
    assert [part.value for part in (*app.exception, *app.error)] == []


@pytest.mark.parametrize("name", ["helpers", "needs", "duties"])
def test_pages_of_one_village_link_to_its_own_lists(name, opened):
    app = opened(name, village="杏坡村")
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert {query.get("village") for page, query, _text in links(app) if page == "rows"} <= {"杏坡村", "全镇"}


def test_a_fifth_village_beside_four_is_said_not_to_count(opened, build):
    app = opened("coverage", part="trend")
    codes = [row["village_id"] for row in build.rows("select village_id from villages order by sort_no limit 5")]
    app.button_group(key="beside").set_value(codes).run()
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert "最多 4 个；后面选的没有算进来" in spoken(app) and app.query_params["beside"].count(",") == 3
