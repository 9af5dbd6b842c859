"""What a reader of a scope is told of the demo town: its own villages' figures to the number, and nothing of any other."""

import datetime as dt

import pytest

from tests.warehouse.town_builder import figures_with_rows
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import registry
from warehouse.sql import compose

DAY = dt.date(2025, 12, 31)
OTHER_DAY = dt.date(2025, 8, 17)  # no month end: worked out live


@pytest.fixture(scope="module")
def build(demo_home):
    """The demo town."""
    return repository.open_build(demo_home)


@pytest.fixture(scope="module")
def own(build):
    """The village of the scope."""
    return build.rows("select village_id from villages order by sort_no")[4]["village_id"]


def reading(build, *scope, day=DAY):
    """What a reader of these codes may ask."""
    return row_access.ScopedDay(build, scope, day)


@pytest.mark.parametrize("day", [DAY, OTHER_DAY])
@pytest.mark.parametrize("metric", registry.metrics())
def test_a_village_is_told_the_very_row_that_the_town_sees_of_it_and_no_other(metric, day, build, own):
    whole = reading(build, "all", day=day).ask(metric, "village")
    told = reading(build, own, day=day).ask(metric, "village")
    assert told == [row for row in whole if row["village_id"] == own]
    assert told or metric in ("leads", "eligibility_reasons")


@pytest.mark.parametrize("by", ["town", "class"])
def test_figures_of_the_town_or_a_class_are_refused_to_a_village(by, build, own):
    with pytest.raises(row_access.OutOfScope):
        reading(build, own).ask("coverage", by)


@pytest.mark.parametrize(
    "scope", [(), ("",), ("all", "all"), ("6599",), ("65990120120",), ("'",), ("659901201205", "x"), ("000000000000",), ("%",)]
)
def test_an_empty_malformed_or_unknown_scope_shows_nothing(scope, build):
    told = reading(build, *scope)
    assert told.within == frozenset()
    child = build.rows("select child_id from children order by child_id limit 1")[0]["child_id"]
    lists = [*(told.ask(metric, "village") for metric in registry.metrics()), told.rows("child_villages")]
    assert (lists, told.rows_behind("coverage", "covered")) == ([[]] * len(lists), [])
    assert set(map(tuple, told.trail(child).values())) == {()}


def test_a_county_and_a_town_stand_for_all_their_villages(build, own):
    villages = {row["village_id"] for row in build.rows("select village_id from villages")}
    assert [reading(build, own[:digits]).within for digits in (6, 9)] == [villages, villages]
    assert reading(build, own).within == {own}


@pytest.mark.parametrize(("metric", "name"), [(metric, name) for metric, figures in figures_with_rows().items() for name in figures])
def test_the_list_behind_a_figure_is_cut_to_the_scope(metric, name, build, own):
    told = reading(build, own).rows_behind(metric, name)
    assert {row["village_id"] for row in told} <= {own}


def test_another_village_is_refused_by_name(build, own):
    other = next(row["village_id"] for row in build.rows("select village_id from villages") if row["village_id"] != own)
    for asked in (lambda it: it.rows_behind("coverage", "covered", other), lambda it: it.share_rows("coverage_share", other)):
        with pytest.raises(row_access.OutOfScope):
            asked(reading(build, own))
    with pytest.raises(row_access.OutOfScope):
        reading(build, own).changes(build.id, other)


def test_a_query_that_does_not_tell_the_village_is_refused(build, own):
    with pytest.raises(row_access.OutOfScope):
        reading(build, own).rows("findings_by_rule")
    with pytest.raises(row_access.OutOfScope):
        reading(build, own).counts("eligibility", ("expired",), "class_no")


@pytest.mark.parametrize(
    "sql", ["select * from children", "select goal_year from goals, findings", "select * from goals where exists (select 1 from helpers)"]
)
def test_what_is_common_to_all_is_asked_of_common_tables_alone(sql, build, own, monkeypatch):
    assert {row["goal_year"] for row in reading(build, own).common("goals")} == {2023, 2025}
    monkeypatch.setattr(compose, "list_sql", lambda _name: sql)
    with pytest.raises(row_access.OutOfScope):
        reading(build, own).common("goals")


PARAMETERS = {"as_of": DAY, "severity": "", "code": "", "age": "", "village": "", "most": 1000}


@pytest.mark.parametrize("name", compose.list_files())
def test_a_list_for_pages_shows_a_village_its_own_rows_or_nothing(name, build, own):
    params = {key: value for key, value in PARAMETERS.items() if f"${key}" in compose.list_sql(name)}
    assert reading(build, "all").rows(name, **params)
    try:
        assert {row["village_id"] for row in reading(build, own).rows(name, **params)} <= {own}
    except row_access.OutOfScope:
        assert name in {
            "goals",
            "snapshot_days",
            "rule_states",
            "findings_by_rule",
            "ledger_findings_by_village",
            "rows_by_ledger",
            "rows_by_file",
            "open_headings",
            "other_tables",
        }


def test_a_list_without_a_file_is_no_question(build):
    with pytest.raises(KeyError):
        reading(build, "all").rows("select * from children")


def test_the_trail_of_a_child_of_another_village_is_empty_and_of_ones_own_whole(build, own):
    whole = reading(build, "all")
    of = {row["child_id"]: row["village_id"] for row in build.rows("select child_id, village_id from memberships order by child_id")}
    mine = next(child for child, village in of.items() if village == own)
    theirs = next(
        child
        for child, village in of.items()
        if village != own and not any(r["village_id"] == own for r in whole.trail(child)["memberships"])
    )
    assert reading(build, own).trail(mine)["memberships"] == [row for row in whole.trail(mine)["memberships"] if row["village_id"] == own]
    assert set(map(tuple, reading(build, own).trail(theirs).values())) == {()}


def test_a_build_tells_a_village_neither_file_names_nor_figures_of_others(build, own):
    assert set(reading(build, own).facts()) <= {"loaded_at", "as_of", "base", "before", "ledgers"}
    assert {"files_new", "changes"} <= set(reading(build, "all").facts())
