"""Where the data end is said, and what nobody reported of a year is neither 0 nor behind: on pages, in exports and in the report."""

import datetime as dt

import pytest

from pages.data import village_reports
from pages.data.queries import Figures, Reader
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure.cell_display import Shown
from warehouse.metrics import query, registry

NEXT_YEAR, NEWEST = dt.date(2026, 3, 31), dt.date(2025, 12, 31)
ALL = {"v1": "甲村", "v2": "乙村", "v3": "丙村"}


def report(village_id, newest=NEWEST, **has):
    """A row of the list last_reports."""
    kinds = {f"has_{kind}": has.get(kind, True) for kind in village_reports.KINDS}
    return {"village_id": village_id, "first_on": dt.date(2023, 12, 1), "newest_on": newest} | kinds


@pytest.mark.parametrize(("reported", "town"), [("v1 v2 v3", 7), ("v1 v2", 7), ("v1", Shown.NOT_REPORTED), ("", Shown.NOT_REPORTED)])
def test_a_village_without_a_ledger_of_the_year_has_no_figures_of_it_nor_the_town_where_most_have_none(reported, town):
    lacking = village_reports.missing([report(code) for code in reported.split()], ALL)
    rows = [{"village_id": code, "on_pace": 7, "child_years": 1.0} for code in ALL]
    masked = [village_reports.masked("visits", row, lacking, 3) for row in rows]
    assert [row["on_pace"] for row in masked] == [7 if code in reported else Shown.NOT_REPORTED for code in ALL]
    assert {row["child_years"] for row in masked} == {1.0}
    assert village_reports.masked("visits", {"on_pace": 7}, lacking, 3)["on_pace"] == town


def test_a_goal_that_rests_on_ledgers_that_are_not_there_is_not_judged():
    lacking = village_reports.missing([report(code, visits=False) for code in ALL], ALL)
    goals = [
        {"indicator": code, "numerator": 0, "denominator": 9, "actual": 0.0, "status": "behind"}
        for code in ("visit_target_share", "card_share")
    ]
    assert [village_reports.masked("goals", goal, lacking, 3)["status"] for goal in goals] == ["no_figure", "behind"]


def test_what_the_notices_say():
    reports = [report("v1"), report("v2", dt.date(2025, 6, 30), visits=False), report("v3")]
    assert village_reports.notices([report(code) for code in ALL], ALL, NEWEST, is_town=True) == ""
    assert village_reports.notices(reports, ALL, dt.date(2026, 1, 5), is_town=True) == (
        "台账只到 2025-12-31，2026-01-05 的数是照那时的台账算的，之后的变动还没有报来。最近一次台账已超过 92 天的：乙村 2025-06-30。"
        "2026 年的走访，1/3 个村（社区）还没有报来，显示“尚无数据”：乙村。全镇的这些数来自其余 2 个，没有报来的按没有做算。"
    )
    assert "没有任何台账" in village_reports.notices(reports, ALL, dt.date(2023, 1, 5), is_town=True)


def test_every_figure_of_a_year_is_a_figure():
    lists = [(metric, metric.listed(f"of_year_{kind}")) for metric in registry.metrics().values() for kind in village_reports.KINDS]
    assert [sorted({*names} - {*metric.columns, *metric.figures}) for metric, names in lists] == [[]] * len(lists)
    assert {metric.name for metric, names in lists if names} == {"visits", "topics", "gaps", "cascade", "duties", "helpers"}


@pytest.mark.parametrize("day", [NEWEST, dt.date(2024, 6, 30), dt.date(2023, 12, 31)])
def test_on_days_with_ledgers_pages_show_what_ask_answers(day, demo_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    build = repository.open_build(demo_home)
    figures = Figures(build.id, Reader(row_access.WHOLE, 0), day)
    for metric in ("visits", "duties", "cascade", "goals", "indicators"):
        rows = query.ask(build, metric, day, "village")
        assert figures.ask(metric, "village") == [
            row for row in rows if row["village_id"] in {village["village_id"] for village in figures.villages()}
        ]


def test_files_hold_no_figure_of_a_year_without_ledgers(demo_home, home):
    figures = Figures(repository.open_build(demo_home).id, Reader(row_access.WHOLE, 0), NEXT_YEAR)
    planned = figures.release([("visits", "town"), ("coverage", "town")], NEXT_YEAR, 3)
    told = {table.metric: planned.rows(table)[0] for table in planned.tables if table.by == "town"}
    assert (told["visits"]["on_pace"], told["coverage"]["covered"] > 0) == (Shown.NOT_REPORTED, True)


@pytest.mark.parametrize("name", ["overview", "visits", "goals", "village", "map"])
def test_pages_of_a_day_after_the_data_say_so_and_show_no_zero_that_nobody_reported(name, opened, demo_home):
    village = query.ask(repository.open_build(demo_home), "coverage", NEWEST, "village")[0]["village"]
    asked = {"village": village} if name == "village" else {"measure": "visit_pace_share"} if name == "map" else {}
    app = opened(name, as_of=str(NEXT_YEAR), **asked)
    says = spoken(app)
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert ("台账只到 2025-12-31" in app.warning[0].value, "nan" in says) == (True, False)
    assert ("尚无数据" in says, "走访跟上进度 0.0%" in says, ">0.0%" in says) == (True, False, False)


def test_a_score_leaves_out_what_nobody_reported(demo_home, home, monkeypatch):
    figures = Figures(repository.open_build(demo_home).id, Reader(row_access.WHOLE, 0), NEWEST)
    scores = {(row["village_id"], row["goal_year"]): row["score"] for row in figures.ask("goal_scores", "village")}
    goals = [row for row in figures.ask("goals", "village") if row["goal_year"] == 2025 and row["actual"] is not None]
    village_id = next(row["village_id"] for row in goals if row["indicator"] == "visit_target_share" and row["actual"] < 1)
    lacking = {"visits": {village_id}, "care_events": (), "trainings": ()}
    monkeypatch.setattr(Figures, "unreported", lambda *_asked: (lacking, 14))
    rest = [row for row in goals if row["village_id"] == village_id and row["indicator"] != "visit_target_share"]
    without = sum(row["weight"] * min(row["actual"] / row["target"], 1) for row in rest) / sum(row["weight"] for row in rest)
    now = Figures(figures.build_id, figures.reader, NEWEST).ask("goal_scores", "village")
    left = {(row["village_id"], row["goal_year"]): row["score"] for row in now}
    assert left.pop((village_id, 2025)) == pytest.approx(without) and without > scores[village_id, 2025]
    scores.pop((village_id, 2025))
    assert left == {place: scores[place] for place in left} and len(left) == len(scores)
