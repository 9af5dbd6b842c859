"""The village sheet: what to ask about, who is short of what, and never another village."""

import datetime as dt
import re

import pytest

from pages.access import User
from pages.charts import plotly_charts
from pages.data.queries import Figures, reader_of
from pages.summaries import village_sheet
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import drilldown, query

DAY = dt.date(2025, 12, 31)


@pytest.fixture
def figures(demo_home, monkeypatch):
    """What a leader reads of the demo's last day."""
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    return Figures(repository.open_build(demo_home).id, reader_of(User("x", "leader", row_access.WHOLE)), DAY)


def neediest(home):
    """(id, name) of the village that keeps pace least."""
    row = min(query.ask(repository.open_build(home), "visits", DAY, "village"), key=lambda row: row["visit_pace_share"])
    return row["village_id"], row["village"]


def plain(app):
    """The page's words without markup."""
    return re.sub(r"<[^>]*>", "", spoken(app))


def test_without_a_village_the_page_says_to_choose_one_and_links_all(opened, figures):
    app = opened("village", role="leader")
    bodies = " ".join(part.proto.body for part in app.get("html"))
    assert "请选一个村（社区）" in plain(app)
    assert {row["name"] for row in figures.villages()} <= set(re.findall(r'href="village\?[^"]*"[^>]*>([^<]+)</a>', bodies))


def test_a_leader_is_told_what_to_ask_with_its_numbers_and_a_village_its_own(opened, figures, demo_home):
    code, name = neediest(demo_home)
    build = repository.open_build(demo_home)
    counts = {
        metric: len(drilldown.rows(build, *metric.split("."), DAY, code))
        for metric in ("needs.overdue", "visits.over_60_days", "eligibility.ends_in_60")
    }
    for role, scope in (("leader", row_access.WHOLE), ("village", (code,))):
        app = opened("village", role=role, scope=scope)
        app.selectbox(key="village").set_value(code).run()
        text = plain(app)
        assert [part.value for part in (*app.exception, *app.error)] == []
        assert f"超期未办结的困难：{counts['needs.overdue']}" in text
        assert f"超过 60 天未走访的儿童：{counts['visits.over_60_days']}" in text
        assert f"60 天内到期的类别资格：{counts['eligibility.ends_in_60']}" in text
        others = [row["name"] for row in build.rows("select name from villages where village_id <> $v", {"v": code})]
        assert (name in text, [other for other in others if other in text]) == (True, [])


def test_children_short_of_something_stand_by_their_codes_the_neediest_first_and_the_rest_as_a_number(opened, figures, demo_home):
    code, _name = neediest(demo_home)
    short = village_sheet.children_in_need(figures, code)
    app = opened("village", role="leader")
    app.selectbox(key="village").set_value(code).run()
    (table,) = [part.proto.body for part in app.get("html") if "<table" in part.proto.body]
    shown = re.findall(r"child=([0-9a-f]{20})", table)
    assert len(short) > village_sheet.MOST_CHILDREN
    assert shown == [one.row["child_id"] for one in short[: village_sheet.MOST_CHILDREN]]
    assert f"其余 {len(short) - village_sheet.MOST_CHILDREN} 名见在册儿童名单" in plain(app)
    uncovered = [one.row["is_in_scope"] and not one.row["is_covered"] for one in short]
    assert uncovered == sorted(uncovered, reverse=True) and any(uncovered)


def test_every_child_that_a_figure_of_the_town_counts_as_short_is_on_its_villages_sheet(figures, demo_home):
    build = repository.open_build(demo_home)
    listed = {one.row["child_id"] for row in figures.villages() for one in village_sheet.children_in_need(figures, row["village_id"])}
    for metric, figure in (
        ("coverage", "uncovered_1_3"),
        ("coverage", "uncovered_4_6"),
        ("visits", "never_visited"),
        ("eligibility", "expired"),
        ("eligibility", "unverified"),
        ("needs", "overdue"),
    ):
        wanted = {row["child_id"] for row in drilldown.rows(build, metric, figure, DAY)} - {None}
        registered = {row["child_id"] for row in drilldown.rows(build, "eligibility", "registered", DAY)}
        assert (figure, wanted & registered - listed) == (figure, set())


def test_visits_by_month_add_up_to_the_years_figure_and_the_line_ends_with_the_days_own(figures, demo_home):
    code, _name = neediest(demo_home)
    assert sum(village_sheet.visits_by_month(figures, code)) == figures.of("visits", code)["visit_days"]
    days, values = village_sheet.coverage_by_month(figures, code)
    assert (len(days), days[-1], values[-1]) == (village_sheet.MONTHS, DAY, figures.of("coverage", code)["coverage_share"])


def test_a_village_without_helpers_or_children_reads_plainly(opened, figures):
    assert village_sheet.helpers_sentence([]) == "没有在岗帮扶人。"
    app = opened("village", role="leader")
    app.selectbox(key="village").set_value(figures.villages()[0]["village_id"])
    app.date_input(key="as_of").set_value(dt.date(2023, 1, 1)).run()
    assert ([part.value for part in (*app.exception, *app.error)], "这一天没有在册儿童" in app.info[0].value) == ([], True)


def test_small_charts_say_their_finding_and_leave_months_to_come_empty():
    assert plotly_charts.line_title("覆盖率", [None, 0.5, 1.0]) == "覆盖率从 50.0% 到 100.0%"
    assert (plotly_charts.line_title("覆盖率", [0.5, 0.5]), plotly_charts.line_title("覆盖率", [None])) == (
        "覆盖率仍是 50.0%",
        "覆盖率：没有可计算的数",
    )
    assert plotly_charts.months_title(2025, [3, 0, 2]) == "2025年走访 5 人次，1 个月没有走访"
    assert plotly_charts.month_bars([3, 0])["data"][0]["y"] == [3, 0, *[None] * 10]
    assert plotly_charts.share_line([DAY], [None])["layout"]["annotations"] == []


@pytest.mark.parametrize("day", [dt.date(2024, 2, 29), dt.date(2025, 6, 15)])
def test_the_sheet_opens_on_any_day_for_every_village(day, opened, figures):
    app = opened("village", role="reviewer")
    app.date_input(key="as_of").set_value(day).run()
    for village in figures.villages()[::4]:
        app.selectbox(key="village").set_value(village["village_id"]).run()
        assert ([part.value for part in (*app.exception, *app.error)], f"{village['name']}一页纸" in plain(app)) == ([], True)
