"""Internal and public editions: the first holds what the page shows and is no publication, the second says nothing over what it withholds."""

import datetime as dt
import json

import pytest

from pages.data.queries import Figures, Reader
from pages.downloads import export_service, table_files
from tests.bench import edition_claims
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.builds import repository
from warehouse.disclosure import receipts, release, release_log
from warehouse.disclosure.cell_display import Shown
from warehouse.storage import build_files

DAY = dt.date(2025, 12, 31)
TABLES = [("coverage", "village"), ("needs", "village"), ("goals", "town")]


def exported(home, edition, tables=TABLES, reader=None):
    """(figures, bytes, receipt) of an export."""
    figures = Figures(build_files.published(home), reader or Reader(row_access.WHOLE, 0), DAY)
    order = release_log.Order(figures.build_id, DAY, "csv", "li", "leader", edition=edition)
    content = export_service.table_file(figures, tables, order, {}, lambda *_asked: 1)
    return figures, content.decode("utf-8-sig"), receipts.receipts(home)[0]


def test_no_sentence_of_any_export_in_either_edition_disagrees_with_the_page(town_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(town_home))
    assert list(edition_claims.disagreements(edition_claims.of_home(town_home), months=2, reports=3)) == []


def test_an_internal_edition_holds_the_pages_figures_with_its_mark_and_is_no_publication(home):
    planned = exported(home, release_log.PUBLIC)[0].release(TABLES, DAY, release_log.PUBLIC).rows
    before, state = release_log.editions(home), release_log.state(home)
    figures, text, receipt = exported(home, release_log.INTERNAL)
    assert (text.startswith("内部资料"), "＊" in text, receipt.no in text, receipt.edition) == (True, False, True, "internal")
    made = figures.release(TABLES, DAY, release_log.INTERNAL)
    shown = made.rows(made.tables[0])
    assert shown == [
        {name: Shown.NO_DATA if row[name] is None else row[name] for name in line}
        for row, line in zip(figures.ask("coverage", "village"), shown, strict=True)
    ]
    assert "coverage_low" in shown[0]  # which is on the page and in no publication
    assert (release_log.editions(home), release_log.state(home)) == (before, state)
    again = figures.release(TABLES, DAY, release_log.PUBLIC)
    assert [again.rows(table) for table in again.tables] == [planned(table) for table in again.tables]
    assert [kept.edition for kept in receipts.receipts(home)] == ["internal", "public"]


def test_every_figure_of_a_file_is_registered_and_a_median_that_moved_is_counted(home):
    figures, _text, _receipt = exported(home, release_log.INTERNAL)
    (edition,) = release_log.editions(home, release_log.INTERNAL_FILE)
    assert release.changed(figures.unsuppressed, edition) == 0

    def later(metric, by, day):
        rows = figures.unsuppressed(metric, by, day)
        return [row | {"median_days_to_resolve": 999.5} for row in rows] if metric == "needs" else rows

    assert release.changed(later, edition) == len(figures.villages())
    _figures, _text, _receipt = exported(home, release_log.PUBLIC)
    (public,) = release_log.editions(home)
    assert json.dumps(public["figures"]).count("withheld") > 3
    assert release.changed(figures.unsuppressed, public) == 0


def test_a_release_of_one_edition_cannot_leave_as_the_other(home):
    figures, _text, _receipt = exported(home, release_log.INTERNAL)
    order = release_log.Order(figures.build_id, DAY, "csv", "li", "leader", edition=release_log.PUBLIC)
    with pytest.raises(release.Unregistered), release.open_edition(home, order) as edition:
        edition.register(figures.release(TABLES, DAY, release_log.INTERNAL), b"x", lambda *_asked: 1)
    assert release_log.editions(home) == []


def test_a_reader_whose_pages_withhold_has_the_same_withheld_in_the_internal_edition(home):
    figures, text, _receipt = exported(home, release_log.INTERNAL, [("coverage", "village")], Reader(row_access.WHOLE, 3))
    made = figures.release([("coverage", "village")], DAY, release_log.INTERNAL)
    page = [[str(value) for value in row.values()] for row in figures.ask("coverage", "village")]
    file = [
        ["＊" if value is Shown.WITHHELD else "None" if isinstance(value, Shown) else str(value) for value in row.values()]
        for row in made.rows(made.tables[0])
    ]
    assert (file, "＊" in text, release_log.editions(home)) == (page, True, [])


def test_a_village_takes_its_own_tables_internally_and_nothing_else(home):
    villages = repository.open_build(home).rows("select village_id, name from villages order by sort_no")
    own = Reader((villages[2]["village_id"],), 0)
    figures, text, _receipt = exported(home, release_log.INTERNAL, [("coverage", "village"), ("visits", "village")], own)
    assert [row["name"] for row in villages if row["name"] in text] == [villages[2]["name"]]
    for tables, edition in (([("coverage", "village")], release_log.PUBLIC), ([("coverage", "town")], release_log.INTERNAL)):
        with pytest.raises(row_access.OutOfScope):
            figures.release(tables, DAY, edition)


def test_the_page_offers_a_village_its_own_tables_alone(opened):
    app = opened("exports", role="village", scope=("659902103203",))
    assert [part.value for part in (*app.exception, *app.error, *app.warning)] == []
    assert (app.selectbox(key="what").options, app.pills(key="groups").options, len(app.radio)) == (["统计表"], ["按村（社区）"], 0)
    assert "内部资料" in spoken(app)


@pytest.mark.parametrize(("asked", "mark"), [({}, "内部资料：与页面上"), ({"edition": "public"}, "公开件：少于规定人数")])
def test_the_page_offers_both_editions_the_internal_first(opened, asked, mark):
    app = opened("exports", role="leader", **asked)
    assert (app.radio(key="edition").options, next(iter(app.radio(key="edition").proto.captions))[:5]) == (
        ["内部件", "公开件"],
        "工作中自己",
    )
    assert (mark in spoken(app), "＊" in spoken(app)) == (True, bool(asked))


def test_every_page_printed_bears_the_mark(opened):
    for page, role in (("overview", "leader"), ("village", "village"), ("sample", "reviewer"), ("quality", "centre")):
        scope = row_access.WHOLE if role != "village" else ("659902103203",)
        text = spoken(opened(page, role=role, scope=scope))
        assert ('@page{@top-left{content:"内部资料 · tester · ' in text, "统计截至 2025-12-31 · 版本 " in text) == (True, True), page


def test_files_are_named_after_their_edition(home):
    figures, _text, _receipt = exported(home, release_log.INTERNAL)
    names = [table_files.file_name(figures.release(TABLES[:1], DAY, edition), "csv") for edition in edition_claims.EDITIONS]
    assert names == ["结对覆盖_按村（社区）_2025-12-31_内部件.csv", "结对覆盖_按村（社区）_2025-12-31_公开件.csv"]
