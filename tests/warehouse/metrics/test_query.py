"""The questions themselves: what exists, what is refused, marts like live answers, definitions."""

import datetime as dt
import re
from pathlib import Path

import pytest

from tests.warehouse.drafts import begin
from tests.warehouse.town_builder import BRIDGE, WILLOW, Town
from warehouse.builds.repository import Build, open_build
from warehouse.metrics import query, registry
from warehouse.sql import snapshots

DAYS = [dt.date(2024, 2, 29), dt.date(2024, 12, 31), dt.date(2023, 12, 31)]


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A town with something of everything, as three builds: without marts, all days laid down at once, and some day by day."""
    town = Town(tmp_path_factory.mktemp("busy"))
    town.helper("h", "female")
    town.helper("i", category="outside")
    for at in range(8):
        town.child(f"c{at}", [at % 6 + 1, 4], dibao_from="2023-05-01", household_id=f"x{at % 3}", sex="female")
        town.pair(f"c{at}", "hi"[at % 2], "2023-06-01")
        town.visit(f"c{at}", "2024-01-15", "2024-02-20", recorded_on="2024-06-01", note_key="k")
        town.need(f"c{at}", "2024-01-01", due_on="2024-02-01", resolved_on="2024-02-15" if at % 2 else None)
    town.cover(4)
    live = town.build
    return live, with_marts(live, town.home, "11"), by_day(live, town.home)


def with_marts(live: Build, home: Path, name_hash: str) -> Build:
    """A copy of a build, its marts laid down."""
    with begin(home) as draft:
        for table in live.rows("select table_name from duckdb_tables() where table_name not in ('mart_days')"):
            name = table["table_name"]
            draft.connection.execute(f"delete from {name}")
            with live.cursor() as cursor:
                draft.fill(name, cursor.sql(f"select * from {name}").pl())
        query.make_marts(draft.connection, dt.date(2024, 12, 15))
        return open_build(home, draft.publish(name_hash))


def by_day(live: Build, home: Path) -> Build:
    """The same, made as a build of very many children is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "_MOST_ROWS", 1)
        patch.setattr(snapshots, "mart_days", lambda *_: sorted(DAYS))
        patch.setattr(snapshots, "_compute_days", lambda *_: pytest.fail("several days at once"))
        return with_marts(live, home, "22")


@pytest.mark.parametrize("metric", registry.metrics())
def test_a_mart_answers_like_the_live_query(busy, metric):
    live, *laid = busy
    for build, days in zip(laid, (26, 3), strict=True):
        assert len(build.rows("select as_of from mart_days")) == days
        for by in registry.metrics()[metric].groups:
            for day in DAYS:
                assert query.ask(build, metric, day, by) == query.ask(live, metric, day, by)


def test_a_mart_is_read_and_not_worked_out_again(busy, monkeypatch):
    monkeypatch.setattr(query, "live_sql", lambda *_: pytest.fail("worked out live"))
    assert query.ask(busy[1], "eligibility", dt.date(2024, 12, 31))[0]["registered"] == 8


def test_the_rows_of_some_villages_can_be_asked_alone(busy):
    for build in busy:
        for metric in registry.metrics():
            rows = query.ask(build, metric, DAYS[0], "village")
            for within in ((), (BRIDGE,), (BRIDGE, WILLOW, "659901101299"), ("') or ('' = '",)):
                asked = query.ask(build, metric, DAYS[0], "village", within)
                assert asked == [row for row in rows if row["village_id"] in within]


@pytest.mark.parametrize("by", ["town", "class"])
def test_villages_cannot_be_picked_out_of_a_group_that_has_none(busy, by):
    with pytest.raises(query.CannotAsk, match=by):
        query.ask(busy[0], "coverage", DAYS[0], by, [WILLOW])


def test_several_metrics_at_once_are_the_same_answers(busy):
    for build in busy:
        found = query.ask_all(build, list(registry.metrics()), dt.date(2024, 2, 29), "village")
        assert found == {name: query.ask(build, name, dt.date(2024, 2, 29), "village") for name in registry.metrics()}


def test_every_metric_answers_with_the_groups_columns_first(busy):
    for metric, entry in registry.metrics().items():
        for by in entry.groups:
            for row in query.ask(busy[0], metric, dt.date(2024, 12, 31), by):
                expected = dict.fromkeys((*registry.GROUPS[by], *entry.columns))
                assert list(row) == list(expected)


@pytest.mark.parametrize(
    ("metric", "by", "says"), [("coverages", "town", "coverages"), ("coverage", "county", "county"), ("goals", "class", "class")]
)
def test_an_unknown_metric_or_group_is_refused_in_one_sentence(busy, metric, by, says):
    with pytest.raises(query.CannotAsk, match=says) as error:
        query.ask(busy[0], metric, dt.date(2024, 12, 31), by)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["2025-02-30", "2025-2-3", "20250203", "today", "", "2025-12-31T00:00"])
def test_what_is_not_a_day_is_refused(text):
    with pytest.raises(query.CannotAsk):
        query.parse_day(text)


def test_a_day_before_and_after_all_data_is_answered(busy):
    assert [query.ask(busy[0], "cascade", day)[0]["in_scope"] for day in (dt.date(1, 1, 1), dt.date(9998, 12, 31))] == [0, 0]


@pytest.mark.parametrize("metric", registry.metrics())
def test_every_metric_is_defined_in_both_languages_with_its_plan_section(metric):
    chinese, english = query.definition(metric), query.definition(metric, "en")
    assert re.search(r"[一-鿿]{4}", chinese) and "依据方案" in chinese and "粒度" in chinese
    assert re.search(r"Plan \d", english) and "Grain:" in english


def test_every_registered_child_has_one_row_for_pages(busy):
    rows = query.children_at(busy[0], dt.date(2024, 12, 31))
    assert [row["child_id"] for row in rows] == [f"c{at}" for at in range(8)]
    assert {row["visit_days"] for row in rows} == {2}
