"""A live day's steps are worked out once and kept, and no answer can tell."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from warehouse.builds import repository
from warehouse.metrics import drilldown, query, registry
from warehouse.review import exclusions
from warehouse.sql import compose, day_cache

DAY = dt.date(2025, 6, 11)  # no month end, no goal day


@pytest.fixture
def build(town_home):
    """The sample town's build, opened for this test alone."""
    opened = repository.Build(repository.open_build(town_home).path)
    yield opened
    opened.close()


def kept(build):
    """The days whose steps stand."""
    return list(build.days._days)


def test_every_metric_answers_over_kept_steps_as_it_does_without(build):
    asked = [(metric, by) for metric in registry.metrics() for by in registry.metrics()[metric].groups]
    found = {one: query.ask(build, one[0], DAY, one[1]) for one in asked}
    assert kept(build) == [DAY]
    build.days = day_cache.Days(build._connection, is_kept=False)
    assert found == {one: query.ask(build, one[0], DAY, one[1]) for one in asked}


def test_rows_behind_a_figure_are_the_same_over_kept_steps(build):
    found = drilldown.rows(build, "visits", "never_visited", DAY)
    assert kept(build) == [DAY]
    build.days = day_cache.Days(build._connection, is_kept=False)
    assert drilldown.rows(build, "visits", "never_visited", DAY) == found


def test_a_build_that_keeps_no_days_still_answers_several_metrics_of_one(build):
    found = query.ask_all(build, ("coverage", "visits"), DAY)
    build.days = day_cache.Days(build._connection, is_kept=False)
    assert (query.ask_all(build, ("coverage", "visits"), DAY), kept(build)) == (found, [])


def test_a_day_of_a_large_build_is_not_kept(build, monkeypatch):
    monkeypatch.setattr(repository, "_SMALL", 0)
    large = repository.Build(build.path)
    assert (query.ask(large, "coverage", DAY), kept(large)) == (query.ask(build, "coverage", DAY), [])
    large.close()


def test_no_more_days_are_kept_than_said_and_the_oldest_goes_first(build):
    asked = [dt.date(2025, 7, 1) + dt.timedelta(days=number) for number in range(day_cache.MOST_DAYS + 1)]  # no month end among them
    for day in asked:
        query.ask(build, "coverage", day)
    assert kept(build) == asked[1:]


def test_threads_that_ask_about_the_same_days_at_once_get_their_own_days_answer(build):
    asked = [DAY + dt.timedelta(days=number * 40) for number in range(3)] * 4
    alone = {day: query.ask(build, "coverage", day, "village") for day in asked[:3]}
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda day: query.ask(build, "coverage", day, "village"), asked)) == [alone[day] for day in asked]


def test_a_day_keeps_its_steps_and_no_more_tables_beside_them_than_said(build, monkeypatch):
    monkeypatch.setattr(day_cache, "MOST_TABLES", 7)
    villages = [row["village_id"] for row in build.rows("select village_id from villages order by village_id limit 4")]
    asked = [(code, village) for village in villages for code in ("coverage_share", "visit_pace_share", "conforming_share")]
    assert len(asked) > day_cache.MOST_TABLES
    found = [exclusions.counted_and_excluded(exclusions.Question(build, code, DAY, village)) for code, village in asked]
    (known,) = build.days._days.values()
    assert len([name for name in known.tables if name not in compose.SHARED]) == day_cache.MOST_TABLES
    assert known.cursor.execute("select count(*) from duckdb_tables() where temporary").fetchone() == (len(known.tables),)
    assert [exclusions.counted_and_excluded(exclusions.Question(build, code, DAY, village)) for code, village in asked] == found


def test_a_build_of_before_keeps_few_days_once_the_published_one_is_read(town_home):
    shared = repository.open_build(town_home)
    before = repository.Build(shared.path)
    try:
        for number in range(day_cache.FEW_DAYS + 2):
            query.ask(before, "coverage", DAY + dt.timedelta(days=number))
        repository._builds[shared.path.with_name("before.duckdb")] = before
        repository.open_build(town_home)
        assert (len(kept(before)), shared.days.most) == (day_cache.FEW_DAYS, day_cache.MOST_DAYS)
        query.ask(before, "coverage", DAY - dt.timedelta(days=3))
        assert len(kept(before)) == day_cache.FEW_DAYS
    finally:
        repository._builds.pop(shared.path.with_name("before.duckdb"))
        before.close()
