"""The sample town in two loads: every difference is explained, and the rows named are those that the later ledgers brought."""

import datetime as dt

import pytest

from tests.conftest import part_of
from tests.warehouse.town_builder import WILLOW, figures_with_rows
from warehouse.builds import repository
from warehouse.metrics import drilldown, query, registry
from warehouse.review import build_diff, figure_changes

SOME = [(metric, figure) for metric, figures in figures_with_rows().items() if metric != "leads" for figure in figures][::5]


@pytest.fixture(scope="module")
def loads(portions_home):
    """The sample town in two loads: (earlier build, later build)."""
    later, earlier = [repository.open_build(portions_home, row["build"]) for row in repository.history(portions_home)]
    return earlier, later


@pytest.mark.parametrize(
    ("day", "place", "figures"),
    [
        (dt.date(2025, 12, 31), None, [(figure.metric, figure.name) for figure in registry.listed("history")]),
        (dt.date(2024, 3, 31), None, part_of(SOME, 2)),
        (dt.date(2025, 12, 31), WILLOW, part_of(SOME, 2, 1)),
    ],
)
def test_the_difference_of_every_figure_is_the_rows_of_one_build_less_those_of_the_other(day, place, figures, loads):
    earlier, later = loads
    for metric, figure in figures:
        then, now = (sum(row["counts"] for row in drilldown.rows(build, metric, figure, day, place)) for build in loads)
        rows = figure_changes.explained(earlier, later, metric, figure, day, place)
        assert (metric, figure, sum(row["now"] - row["then"] for row in rows)) == (metric, figure, now - then)
        assert [row for row in rows if not row["reasons"] or any(one.kind == build_diff.UNEXPLAINED for one in row["reasons"])] == []


def test_the_headline_figures_are_those_of_the_metrics_in_both_builds(loads):
    day = dt.date(2024, 3, 31)
    for row in figure_changes.changes(*loads, day):
        told = tuple(query.ask(build, row["metric"], day)[0][row["figure"]] for build in loads)
        assert (row["metric"], row["figure"], row["then"], row["now"]) == (row["metric"], row["figure"], *told)


def test_the_sample_towns_ledgers_of_2025_tell_of_visits_before_april_2024(loads):
    """The rows of the later ledgers alone, found by plain SQL, are those that the comparison names."""
    earlier, later = loads
    day = dt.date(2024, 3, 31)
    moved = {(row["metric"], row["figure"]): row["difference"] for row in figure_changes.changes(earlier, later, day) if row["difference"]}
    assert moved == {
        ("coverage", "family_paired"): 1,
        ("visits", "on_pace"): 4,
        ("visits", "visit_days"): 22,
        ("visits", "never_visited"): -4,
        ("visits", "over_60_days"): -16,
        ("cascade", "no_overdue_need"): 3,
        ("duties", "reports"): 1,
        ("duties", "reports_same_day"): 1,
    }
    sql = (
        "select distinct child_id, visited_on from visits where child_id is not null and mode in ('in_person', 'at_school')"
        " and visited_on between date '2024-01-01' and date '2024-03-31'"
    )
    before, after = ({(row["child_id"], row["visited_on"]) for row in build.rows(sql)} for build in loads)
    rows = figure_changes.explained(earlier, later, "visits", "visit_days", day)
    assert {(row["child_id"], row["visited_on"]) for row in rows} <= after - before
    reasons = [one for row in rows for one in row["reasons"]]
    assert {(one.code, one.is_new_file) for one in reasons} == {("visit_added", True)}
    known = {row["file"] for row in earlier.rows("select file from ledger_files")}
    assert [one for one in reasons if one.file in known or not one.row_no] == []
