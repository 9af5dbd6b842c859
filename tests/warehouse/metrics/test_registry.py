"""The registry of figures: every entry is whole, and one more entry is enough for one more figure."""

import dataclasses
import datetime as dt
import json

import pytest

from tests.new_figure import COLUMNS, new_figure  # noqa: F401 — a fixture
from tests.warehouse.disclosure.exporting import planned
from tests.warehouse.metrics import page
from tests.warehouse.town_builder import figures_with_rows
from warehouse import __main__ as command
from warehouse.builds import repository
from warehouse.disclosure.child_cells import Table, key_of
from warehouse.metrics import compare, docs, drilldown, query, registry
from warehouse.review import exclusions, figure_changes
from warehouse.sql import compose

DAY = dt.date(2025, 12, 31)
DAYS = [dt.date(year, month, 28) for year in (2024, 2025) for month in (1, 2, 3, 4, 5)]
FIGURES = [figure for metric in registry.metrics().values() for figure in metric.figures.values()]


def texts():
    """Every text of the registry, with its place."""
    entries = [(name, metric.title) for name, metric in registry.metrics().items()]
    entries += [(f"kinds.{name}.unit", kind.unit) for name, kind in registry.row_kinds().items()]
    entries += [(f"unmet.{test}", text) for test, text in registry.unmet().items()]
    for entry in [*FIGURES, *registry.shares().values()]:
        values = {field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)}
        entries += [(f"{entry.code}.{name}", value) for name, value in values.items() if isinstance(value, registry.Text)]
    return entries


def test_every_text_is_there_in_both_languages():
    assert len(texts()) > 200
    assert [place for place, text in texts() if not any("一" <= sign <= "鿿" for sign in text.zh)] == []
    assert [place for place, text in texts() if not text.en.strip() or any("一" <= sign <= "鿿" for sign in text.en)] == []


def test_every_metric_has_its_file_and_every_file_its_entry():
    names = {path.stem for path in compose.METRICS.glob("*.sql")}
    assert names == set(registry.metrics())


def test_every_list_names_figures_that_exist_and_every_part_of_a_share_has_rows():
    of_year = {"of_year_visits", "of_year_trainings", "of_year_care_events"}
    lists = {"children", "others", "unpublished", "not_additive", "history", "load", "review", "report", *of_year}
    for name, metric in registry.metrics().items():
        assert set(metric.lists) <= lists, name
        for kind in ("children", "others", "unpublished", "not_additive"):
            assert set(metric.listed(kind)) <= set(metric.columns), (name, kind)
        for kind in ("history", "load", "review", "report"):
            assert set(metric.listed(kind)) <= set(metric.figures), (name, kind)
        assert {part for share in metric.shares.values() for part in share.parts} <= set(figures_with_rows().get(name, ()))
    assert {figure.rows for figure in FIGURES} - {""} <= set(registry.row_kinds())


def test_goals_are_judged_by_the_number_of_the_registry():
    close = registry.metrics()["goals"].close
    assert f"i.actual >= {close} * g.target" in compose.body("goals_figures")
    assert all(str(close) in query.definition("goals", language) for language in ("zh", "en"))


def test_an_entry_with_an_unknown_key_is_refused():
    with pytest.raises(TypeError, match="colour"):
        registry._metric("x", {"place": 1, "title": {"zh": "一", "en": "one"}, "columns": "a", "groups": "town", "colour": "red"})


@pytest.fixture
def build(town_home):
    """The sample town, made before the new metric was known."""
    return repository.open_build(town_home)


@pytest.mark.parametrize("day", [DAY, dt.date(2025, 8, 20)])
def test_a_new_figure_is_asked_for_by_every_group_and_opens_its_rows(new_figure, build, day):  # noqa: F811
    for by in ("town", "village", "class"):
        for row in query.ask(build, new_figure, day, by):
            assert list(row) == [*registry.GROUPS[by], *COLUMNS]
            rows = drilldown.rows(build, new_figure, "visited_twice", day, row.get("village_id"), row.get("class_no"))
            assert len(rows) == row["visited_twice"]
    town = query.ask(build, new_figure, day)[0]
    rows = drilldown.share_rows(build, "second_visit_share", day)
    assert (sum(row["counted"] for row in rows), len(rows)) == (town["visited_twice"], town["in_scope"])
    assert town["in_scope"] == query.ask(build, "coverage", day)[0]["in_scope"] > town["visited_twice"] > 0


def test_a_new_figure_is_answered_by_the_command(new_figure, town_home, monkeypatch, capsys):  # noqa: F811
    monkeypatch.setenv("TONGXING_HOME", str(town_home))
    assert command.main(["ask", new_figure, "--as-of", "2025-12-31", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert list(row) == COLUMNS


def test_a_new_figure_has_its_section_among_the_definitions(new_figure):  # noqa: F811
    assert f"## {new_figure}\n" in page.text() and "当年至少走访过两日" in docs.section(new_figure)


def test_a_new_figure_is_withheld_where_small(new_figure, build, tmp_path):  # noqa: F811
    day = next(day for day in DAYS if any(0 < row["visited_twice"] < 3 for row in query.ask(build, new_figure, day, "village")))

    def ask(metric, by, day):
        return query.ask(build, metric, day, by)

    made = planned(ask, [(new_figure, "village")], day, tmp_path)
    rows = ask(new_figure, "village", day)
    small = [row for row in rows if 0 < row["visited_twice"] < 3]
    table = Table(new_figure, "village", day, rows)
    assert {key_of(table, row, "visited_twice") for row in small} <= made.plan.withheld


def test_a_new_figure_is_inspected_compared_and_reported(new_figure, build):  # noqa: F811
    code = f"{new_figure}.visited_twice"
    assert {code, "second_visit_share"} <= {measure.code for measure in exclusions.measures()}
    lines = exclusions.counted_and_excluded(exclusions.Question(build, code, DAY))
    counted, left_out = sum(line["counts"] for line in lines), [line["why"] for line in lines if line["why"]]
    assert counted == query.ask(build, new_figure, DAY)[0]["visited_twice"] and "visit_days >= 2" in left_out
    assert code in [f"{row['metric']}.{row['figure']}" for row in figure_changes.changes(build, build, DAY)]
    assert "visited_twice" in [row["figure"] for row in compare.headlines(None, build, DAY)]
    assert registry.load_titles()["visited_twice"] == "走访两日"
