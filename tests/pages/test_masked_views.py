"""Pages of roles that `withhold_for` names: ＊ where an export of the day has it, on no page a way to a single child, nobody else affected."""

import datetime as dt
import json
import re

import pytest

from pages.access import User, rights
from pages.data.queries import Figures, Reader, reader_of
from pages.text.masked_count import Hidden, is_hidden
from tests.pages.test_pages import spoken
from tests.warehouse.disclosure.exporting import planned
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure import release
from warehouse.metrics import query
from warehouse.row_access import ScopedBuild, ScopedDay
from warehouse.storage import build_files

DAY = dt.date(2025, 12, 31)
OPEN = ["overview", "exports", "verify", "work", "manual"]


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """The demo town in a home of its own, whose settings withhold for those who look on."""
    (tmp_path / "builds").symlink_to(demo_home / "builds")
    (tmp_path / "settings.toml").write_text('withhold_for = ["leader", "reviewer"]\n')
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(opened, home, monkeypatch):
    """Open a page as a role on that home."""

    def show(name, role="leader", **asked):
        app = opened(name, role=role, **asked)
        monkeypatch.setenv("TONGXING_HOME", str(home))
        return app.run()

    return show


def test_a_role_that_is_withheld_counts_sees_month_ends_and_the_newest_day(home, page):
    app = page("overview", as_of="2025-12-13")
    assert [button.label for button in app.button] == ["2025-11-30", "2025-12-31"] and "2025-12-13，" not in spoken(app)
    assert "2025-11-30" in spoken(app.button[0].click().run()) and not app.info


def test_the_day_compared_with_is_a_month_end_too(home, page):
    text = spoken(page("overview", compare="day", compare_on="2025-10-17"))
    assert "2025-10-17" not in text


def exported(home, metric, by):
    """The rows of a metric as an export of the day holds them."""
    build = repository.open_build(home)
    made = planned(lambda m, b, day: query.ask(build, m, day, b), [(metric, by)], DAY, home)
    return release.shown_rows(made.tables[0], made.withheld, is_whole=True)


def everything(app):
    """All texts of a page and all that its charts hold."""
    charts = [part.proto.spec or part.proto.figure.spec for part in app.get("plotly_chart")]
    return spoken(app) + " ".join(json.dumps(json.loads(chart), ensure_ascii=False) for chart in charts)


@pytest.mark.parametrize("role", ["leader", "reviewer"])
def test_only_pages_that_tell_of_no_single_child_are_open_and_they_open_without_error(role, home, page):
    for name in OPEN:
        app = page(name, role)
        assert [part.value for part in (*app.exception, *app.error)] == []
    assert list(rights.allowed(User("x", role, row_access.WHOLE), "pages")) == OPEN


@pytest.mark.parametrize("metric", ["eligibility", "coverage", "visits", "cascade"])
@pytest.mark.parametrize("by", ["town", "village", "class"])
def test_a_page_is_told_what_an_export_of_the_day_holds(metric, by, home):
    figures = Figures(build_files.published(home), reader_of(User("x", "leader", row_access.WHOLE)), DAY)
    told = [{name: str(value) if is_hidden(value) else value for name, value in row.items()} for row in figures.ask(metric, by)]
    wanted = exported(home, metric, by)
    signs = {release.Shown.WITHHELD: "＊", release.Shown.NO_DATA: None, release.Shown.NOT_APPLICABLE: None}
    assert told == [{name: signs.get(value, value) for name, value in row.items()} for row in wanted]
    assert by != "village" or "＊" in [value for row in told for value in row.values()]


def test_the_overview_shows_no_withheld_cell_in_words_tables_charts_or_maps(home, page):
    text = everything(page("overview"))
    rows = {row["village"]: row for row in exported(home, "coverage", "village")}
    true = {row["village"]: row for row in query.ask(repository.open_build(home), "coverage", DAY, "village")}
    withheld = [name for name, row in rows.items() if release.Shown.WITHHELD in (row["covered"], row["in_scope"])]
    assert withheld and len(withheld) < len(rows)
    for name in withheld:
        parts = f"{true[name]['covered']}/{true[name]['in_scope']}"
        near = [text[at.end() : at.end() + 40] for at in re.finditer(name, text)]
        assert [told for told in near if parts in told] == []
        assert any("＊" in told or "不公布" in told for told in near)
    assert "rows?" not in text and "child?" not in text


def test_hover_over_a_withheld_village_is_silent_and_its_shape_hatched(home, page):
    (areas, *others) = json.loads(page("overview").get("plotly_chart")[0].proto.spec)["data"]
    silent = [at for at, kind in enumerate(areas["hoverinfo"]) if kind == "none"]
    assert silent and {areas["hovertext"][at] for at in silent} == {""} and {areas["z"][at] for at in silent} == {6}
    assert [trace["mode"] for trace in others if trace.get("mode") == "lines"]


def test_the_centre_sees_what_it_saw(page, home, opened):
    build = repository.open_build(home)
    town = query.ask(build, "coverage", DAY)[0]
    assert f"帮扶范围内 {town['in_scope']} 人" in spoken(page("coverage", "centre"))
    assert "＊" not in everything(page("overview", "centre"))


def test_single_children_villages_and_other_days_matters_are_refused_where_a_page_should_ask(home):
    figures = Figures(build_files.published(home), reader_of(User("x", "leader", row_access.WHOLE)), DAY)
    asked = [
        lambda: figures.step("children_rows"),
        lambda: figures.rows("child_villages"),
        lambda: figures.rows_behind("coverage", "covered"),
        lambda: figures.share_rows("coverage_share"),
        lambda: figures.counts("coverage", ("covered",), "village_id"),
        lambda: figures.trail("0" * 20),
        lambda: figures.time_series("coverage", ("covered",), [DAY]),
        lambda: figures.ask("coverage", "village_class"),
        lambda: figures.ask("leads", "village"),
        lambda: figures.mended("x"),
        lambda: figures.inspected("accounted", "coverage_share", None),
        lambda: figures.inspected("left_out", "coverage_share", None, line=None, most=5),
        lambda: figures.in_load("x", "coverage_share", None),
    ]
    for one in asked:
        with pytest.raises(row_access.OutOfScope):
            one()


@pytest.mark.parametrize("name", [name for kind in (ScopedBuild, ScopedDay) for name in vars(kind) if not name.startswith("_")])
def test_an_answer_that_nobody_opened_to_all_is_refused_before_it_is_asked(name, home):
    """Whatever is added to the reader of a build is refused too, until it is judged."""
    figures = Figures(build_files.published(home), Reader(row_access.WHOLE, 3), DAY)
    if name not in ("ask", "common", "settings", "villages", "village_names"):
        with pytest.raises(row_access.OutOfScope):
            getattr(figures, name)()


def test_what_is_calculated_from_a_withheld_count_is_withheld_and_compares_with_nothing():
    one = Hidden()
    told = [one + 1, 1 - one, one / 2, 3 / one, -one, sum([1, one, 2]), f"{one:.1f}", str(one)]
    assert [str(value) for value in told] == ["＊"] * 8
    assert [one < 1, one > 1, one == one, bool(one)] == [False] * 4


def test_settings_that_cannot_be_read_withhold_for_those_who_look_on(home):
    (home / "settings.toml").write_text("withhold_for = [\n")
    assert [rights.withheld_below(role) for role in ("leader", "reviewer", "centre")] == [3, 3, 0]
