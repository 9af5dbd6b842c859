"""Exports: the file holds what the page shows, to the cell; no formula leaves; nothing is given out unrecorded."""

import csv
import datetime as dt
import hashlib
import io

import pytest
from openpyxl import load_workbook

from pages.parts import exported, handing
from pages.parts.figures import Figures
from tests.pages.test_pages import spoken
from warehouse import audit, builds, editions, leaving, metrics, receipts, scopes
from warehouse.child_counts import Table
from warehouse.withholding import Plan, Publication

DAY = dt.date(2025, 12, 31)
TABLES = [("coverage", "village"), ("coverage", "class"), ("goals", "town")]


def reader(home):
    """The figures of the centre."""
    return Figures(builds.published(home), ("centre", scopes.WHOLE, 0), DAY)


def passed(*_asked):
    """A trail that takes everything."""
    return 1


def given(home, form, tables=TABLES, recorder=passed):
    """A file as it leaves."""
    figures = reader(home)
    order = receipts.Order(figures.build_id, DAY, form, "li", "centre")
    return handing.giving(figures, tables, order, exported.writer(form), recorder)()


def read_csv(content):
    """The lines of a file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_csv_holds_the_preview_to_the_cell(home):
    previewed, lines = handing.preview(reader(home), TABLES, DAY), read_csv(given(home, "csv"))
    whole = exported.edition(previewed, builds.published(home), 3, receipts.receipts(home)[0])
    assert [line[0] for line in lines[: len(whole.block)]] == whole.block
    at = len(whole.block)
    for sheet in whole.sheets:
        wanted = [[], [sheet.name], sheet.headings, *exported.texts(sheet)]
        assert lines[at : at + len(wanted)] == wanted
        at += len(wanted)
    assert at == len(lines)
    assert any("＊" in line for line in lines)


def test_the_workbook_holds_the_preview_with_numbers_as_numbers(home):
    previewed, book = handing.preview(reader(home), TABLES, DAY), load_workbook(io.BytesIO(given(home, "xlsx")))
    whole = exported.edition(previewed, builds.published(home), 3, receipts.receipts(home)[0])
    assert book.sheetnames == [sheet.name for sheet in whole.sheets]
    for page, sheet in zip(book, whole.sheets, strict=True):
        lines = [list(line) for line in page.iter_rows(min_row=len(whole.block) + 3, values_only=True)]
        assert [cell.value for cell in page["A"]][: len(whole.block)] == whole.block
        wanted = [[exported._number(value, at in sheet.shares) for at, value in enumerate(row)] for row in sheet.rows]
        assert lines == wanted


def test_no_text_leaves_as_a_formula():
    marks = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "柳溪村"]
    rows = [{"village_id": "1", "village": mark, "registered": 5} for mark in marks]
    table = Table("cascade", "village", DAY, rows)
    told = exported.edition(leaving.Leaving([table], Publication({}), Plan()), "b", 3)
    wanted = [*(f"'{mark}" for mark in marks[:-1]), "柳溪村"]
    assert [line[1] for line in read_csv(exported.as_csv(told))[-len(marks) :]] == wanted
    page = load_workbook(io.BytesIO(exported.as_xlsx(told))).active
    cells = [page.cell(at, 2) for at in range(page.max_row - len(marks) + 1, page.max_row + 1)]
    assert [(cell.data_type, cell.value[0]) for cell in cells] == [*[("s", "'")] * 6, ("s", "柳")]


def test_what_leaves_is_recorded_before_it_does_and_stands_in_the_register(home):
    content = given(home, "csv", recorder=audit.by("li", "centre", "10.0.0.9"))
    (entry,) = audit.entries(home)
    (receipt,) = receipts.receipts(home)
    about = {"tables": "coverage.village coverage.class goals.town", "as_of": "2025-12-31", "build": builds.published(home), "form": "csv"}
    about |= {"no": receipt.no, "sha256": receipt.sha256}
    assert (entry["act"], entry["who"], entry["about"]) == ("export", "li", about)
    assert (len(editions.editions(home)), receipt.sha256) == (1, hashlib.sha256(content).hexdigest())


def test_a_record_that_fails_gives_nothing_out(home):
    (home / "audit").write_text("a file where the folder should be")
    with pytest.raises(audit.NotRecorded):
        given(home, "csv", recorder=audit.by("li", "centre", "10.0.0.9"))
    assert editions.editions(home) == []


def test_the_threshold_of_the_home_decides(home):
    (home / "settings.toml").write_text("small_count = 0\n")
    assert "＊" not in [cell for line in read_csv(given(home, "csv")) for cell in line]


def test_a_file_is_named_after_tables_and_day():
    made = leaving.Leaving([Table("visits", "class", DAY, []), Table("coverage", "class", DAY, [])], Publication({}), Plan())
    assert exported.file_name(made, "csv") == "visits_coverage.class.2025-12-31.csv"


def test_the_page_previews_what_is_chosen_and_offers_it(opened, demo_home):
    app = opened("exports")
    assert [part.value for part in (*app.exception, *app.error, *app.warning)] == []
    app.pills(key="metrics").set_value(["needs"]).run()
    app.pills(key="groups").set_value(["town"]).run()
    town = metrics.ask(builds.open_build(demo_home), "needs", DAY)[0]
    body = next(part.proto.body for part in app.get("html") if "<table" in part.proto.body)
    assert (str(town["raised"]) in body, app.get("download_button")[0].proto.label) == (True, "下载")
    app.pills(key="metrics").set_value([]).run()
    assert "请至少选一个指标" in spoken(app)


def test_every_table_offered_can_be_written_in_both_languages(home, monkeypatch):
    tables = handing.wanted(handing.CHOICES, leaving.OFFERED)
    assert {metric for metric, _by in tables} == set(handing.CHOICES)
    for language in ("zh_CN", "en"):
        monkeypatch.setenv("TONGXING_LANG", language)
        content = given(home, "xlsx", tables)
        assert len(load_workbook(io.BytesIO(content)).sheetnames) == len(tables)
