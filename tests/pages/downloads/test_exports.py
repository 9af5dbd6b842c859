"""Exports: the file holds what the page shows, to the cell; no formula leaves; nothing is given out unrecorded."""

import base64
import csv
import datetime as dt
import hashlib
import html
import io
import itertools
import re
import zipfile

import pytest
from openpyxl import load_workbook

from pages.chart_files import canvas, chart_export
from pages.data.queries import DayNotPublished, Figures, Reader
from pages.downloads import export_service, table_files, xlsx_writer
from pages.text import formatting
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.audit import anchors, hash_chain, trail, verification
from warehouse.builds import repository
from warehouse.disclosure import cell_display, receipts, release, release_log
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.child_cells import Table
from warehouse.disclosure.suppression import Plan, Publication
from warehouse.metrics import query, registry
from warehouse.storage import build_files

DAY = dt.date(2025, 12, 31)
TABLES = [("coverage", "village"), ("coverage", "class"), ("goals", "town")]


def reader(home):
    """The figures of the centre."""
    return Figures(build_files.published(home), Reader(row_access.WHOLE, 0), DAY)


def passed(*_asked):
    """A trail that takes everything."""
    return 1


def given(home, form, tables=TABLES, recorder=passed):
    """A file as it leaves."""
    figures = reader(home)
    order = release_log.Order(figures.build_id, DAY, form, "li", "centre")
    return export_service.table_file(figures, tables, order, {}, recorder)


def read_csv(content):
    """The lines of a file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_csv_holds_the_preview_to_the_cell(home):
    previewed, lines = reader(home).release(TABLES, DAY, release_log.PUBLIC), read_csv(given(home, "csv"))
    whole = table_files.edition(previewed, build_files.published(home), receipts.receipts(home)[0])
    assert [line[0] for line in lines[: len(whole.block)]] == whole.block
    at = len(whole.block)
    for sheet in whole.sheets:
        wanted = [[], [sheet.name], sheet.headings, *table_files.texts(sheet)]
        assert lines[at : at + len(wanted)] == wanted
        at += len(wanted)
    assert at == len(lines)
    assert any("＊" in line for line in lines)


def test_the_workbook_holds_the_preview_with_numbers_as_numbers(home):
    previewed, book = reader(home).release(TABLES, DAY, release_log.PUBLIC), load_workbook(io.BytesIO(given(home, "xlsx")))
    whole = table_files.edition(previewed, build_files.published(home), receipts.receipts(home)[0])
    assert book.sheetnames == ["说明", *(sheet.name for sheet in whole.sheets), "图表数据"]
    assert [cell.value for cell in book["说明"]["A"]][: len(whole.block)] == whole.block
    for page, sheet in zip(book.worksheets[1:-1], whole.sheets, strict=True):
        lines = [list(line) for line in page.iter_rows(min_row=4, values_only=True)]
        wanted = [[xlsx_writer.number(value, at in sheet.shares) for at, value in enumerate(row)] for row in sheet.rows]
        assert (lines, page["A2"].value) == ([sheet.headings, *wanted], whole.stamp)
        assert (page.freeze_panes[-1], page.page_setup.orientation, page.page_setup.fitToWidth) == ("5", "landscape", 1)


def test_a_workbooks_charts_hold_the_told_figures_sorted_and_none_that_is_withheld(home):
    previewed, content = reader(home).release(TABLES, DAY, release_log.PUBLIC), given(home, "xlsx")
    book = load_workbook(io.BytesIO(content))
    rows = list(book["图表数据"].iter_rows(values_only=True))
    at = next(place for place, line in enumerate(rows) if line[0] == "结对覆盖率，按村（社区）")
    drawn = list(itertools.takewhile(lambda line: line[0], rows[at + 2 :]))
    told = [
        (f"{row['village']} {row['covered']}/{row['in_scope']}", row["covered"] / row["in_scope"])
        for row in previewed.rows(previewed.tables[0])
        if isinstance(row["covered"], int) and isinstance(row["in_scope"], int) and row["in_scope"]
    ]
    assert [(line[0], round(line[2], 3)) for line in drawn] == [
        (name, round(v, 3)) for name, v in sorted(told, key=lambda one: (one[1], one[0]))
    ]
    assert 0 < len(told) < len(previewed.rows(previewed.tables[0]))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        charts = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == sum(line[1] == "目标" for line in rows) > 3
    assert [chart for chart in charts if "numCache" in chart or "strCache" in chart or '<c:delete val="1"' in chart] == []
    assert all("'图表数据'!" in chart for chart in charts)


def test_no_text_leaves_as_a_formula():
    marks = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "柳溪村"]
    rows = [{"village_id": "1", "village": mark, "registered": 5} for mark in marks]
    table = Table("cascade", "village", DAY, rows)
    told = table_files.edition(release.Release([table], Publication({}), Plan()), "b")
    wanted = [*(f"'{mark}" for mark in marks[:-1]), "柳溪村"]
    assert [line[1] for line in read_csv(table_files.as_csv(told))[-len(marks) :]] == wanted
    page = load_workbook(io.BytesIO(table_files.FORMS["xlsx"](told))).worksheets[1]
    cells = [page.cell(at, 2) for at in range(page.max_row - len(marks) + 1, page.max_row + 1)]
    assert [(cell.data_type, cell.value[0]) for cell in cells] == [*[("s", "'")] * 6, ("s", "柳")]


def test_a_file_bears_the_anchor_of_the_trail_before_it_and_a_trail_taken_away_whole_lacks_it(home, tmp_path):
    record = trail.recorder_for("li", "centre", "10.0.0.9")
    record(home, "sign_in", {})
    chosen = chart_export.Chosen("steps", "", 1.0, tuple(reader(home).villages()))
    pairs = []
    for form in ("xlsx", "csv", "png", "svg"):
        anchor, path = hash_chain.anchor(home), tmp_path / f"file.{form}"
        path.write_bytes(given(home, form, TABLES[:1], record) if form in ("xlsx", "csv") else chart_file(home, form, chosen, record)[1])
        assert anchors.compared(str(path)) == [(anchor, path.name)]
        pairs += anchors.compared(str(path))
    assert verification.lacking(pairs, verification.read(home)[0]) == []
    for name in (hash_chain.TRAIL, hash_chain.HEAD, hash_chain.KEY):
        (home / name).unlink()
    record(home, "sign_in", {})
    (fault,) = verification.lacking(pairs, verification.read(home)[0])
    assert fault.startswith(f"记录锚 {anchor}（file.svg）不在操作记录里，记录现在到第 1 条")


def test_what_leaves_is_recorded_before_it_does_and_stands_in_the_register(home):
    content = given(home, "csv", recorder=trail.recorder_for("li", "centre", "10.0.0.9"))
    (entry,) = trail.entries(home)
    (receipt,) = receipts.receipts(home)
    about = {
        "tables": "coverage.village coverage.class goals.town",
        "as_of": "2025-12-31",
        "build": build_files.published(home),
        "form": "csv",
        "edition": "public",
    }
    about |= {"no": receipt.no, "sha256": receipt.sha256}
    assert (entry["act"], entry["who"], entry["about"]) == ("export", "li", about)
    assert (len(release_log.editions(home)), receipt.sha256) == (1, hashlib.sha256(content).hexdigest())


def test_a_record_that_fails_gives_nothing_out(home):
    (home / "audit").write_text("a file where the folder should be")
    with pytest.raises(trail.NotRecorded):
        given(home, "csv", recorder=trail.recorder_for("li", "centre", "10.0.0.9"))
    assert release_log.editions(home) == []


def test_the_threshold_of_the_home_decides(home):
    (home / "settings.toml").write_text("small_count = 0\n")
    assert "＊" not in [cell for line in read_csv(given(home, "csv")) for cell in line]


def test_a_file_is_named_after_tables_and_day():
    made = release.Release([Table("visits", "class", DAY, []), Table("coverage", "class", DAY, [])])
    assert table_files.file_name(made, "csv") == "走访_结对覆盖_按类别_2025-12-31_内部件.csv"


def test_the_page_previews_what_is_chosen_and_offers_it(opened, demo_home):
    app = opened("exports")
    assert [part.value for part in (*app.exception, *app.error, *app.warning)] == []
    app.pills(key="metrics").set_value(["needs"]).run()
    app.pills(key="groups").set_value(["town"]).run()
    town = query.ask(repository.open_build(demo_home), "needs", DAY)[0]
    body = next(part.proto.body for part in app.get("html") if "<table" in part.proto.body)
    assert (str(town["raised"]) in body, app.get("download_button")[0].proto.label) == (True, "下载")
    app.pills(key="metrics").set_value([]).run()
    assert "请至少选一个指标" in spoken(app)


def test_every_table_offered_can_be_written_in_both_languages(home, monkeypatch):
    tables = export_service.all_tables()
    assert {metric for metric, _by in tables} == set(registry.exported())
    for language in ("zh_CN", "en"):
        monkeypatch.setenv("TONGXING_LANG", language)
        content = given(home, "xlsx", tables)
        assert len(load_workbook(io.BytesIO(content)).sheetnames) == len(tables) + 2


def test_a_table_without_rows_has_its_headings_alone(home):
    tables = [("eligibility_reasons", "town")]  # before the first ledger nobody is registered for any reason
    filled, empty = (
        table_files.edition(reader(home).release(tables, day, release_log.PUBLIC), "b", targets={}) for day in (DAY, dt.date(2022, 6, 30))
    )
    page = load_workbook(io.BytesIO(xlsx_writer.as_xlsx(empty))).worksheets[1]
    lines = [list(line) for line in page.iter_rows(min_row=4, values_only=True)]
    assert (bool(filled.sheets[0].rows), empty.sheets[0].rows, lines) == (True, [], [filled.sheets[0].headings])
    assert read_csv(table_files.as_csv(empty))[-1] == filled.sheets[0].headings


def chart_file(home, form, chosen, recorder=passed):
    """A chart as it leaves, and the same as it is previewed but with its receipt."""
    figures, wanted = reader(home), chart_export.tables(chosen.kind, chosen.share, chosen.place)
    order = release_log.Order(figures.build_id, DAY, form, "li", "centre")
    also = chart_export.also(chosen.kind, figures.months()[-4:], DAY)
    previewed = figures.release(wanted, DAY, release_log.PUBLIC, also)
    content = export_service.chart_file(figures, chosen, order, also, recorder)
    return previewed, content, chart_export.write(form, previewed, chosen, figures.build_id, receipts.receipts(home)[0])


@pytest.mark.parametrize("kind", chart_export.KINDS)
def test_a_chart_leaves_as_it_was_previewed_and_is_known_again_by_its_number(home, kind):
    chosen = chart_export.Chosen(kind, "" if kind == "steps" else "coverage_share", 1.0, tuple(reader(home).villages()))
    previewed, content, again = chart_file(home, "svg", chosen)
    told = html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", content.decode())))
    assert (content == again, receipts.by_content(home, content).state) == (True, "genuine")
    assert receipts.by_content(home, content + b" ").state == "altered"
    rows = previewed.rows(previewed.tables[-1])
    if kind == "steps":
        figures = [str(count) for _name, count in chart_export.steps(rows) if isinstance(count, int)]
    elif kind in chart_export.MONTHLY:
        parts = [pair for _name, found in chart_export.lines(previewed, chosen.share, chosen.place).places for pair in found[-1:]]
        figures = [formatting.percent(value) for pair in parts if isinstance(value := cell_display.share_of(*pair), float)]
    else:
        figures = [
            formatting.percent(v)
            for _name, n, d in chart_export.parts(rows, "coverage_share")
            if isinstance(v := cell_display.share_of(n, d), float)
        ]
    assert figures
    assert [figure for figure in figures if figure not in told] == []


def test_a_chart_over_time_enters_every_month_it_shows_into_the_register(home):
    village = reader(home).villages()[3]
    chosen = chart_export.Chosen("path", "visit_pace_share", 1.0, (), village["village_id"])
    previewed, content, _again = chart_file(home, "svg", chosen)
    told = chart_export.lines(previewed, chosen.share, chosen.place)
    assert (len(told.days), told.days[-1], [name for name, _parts in told.places]) == (4, DAY, [village["name"]])
    (edition,) = release_log.editions(home)
    assert edition["tables"] == [["visits", "village", str(day)] for day in told.days]
    assert {cell[3] for cell in edition["cells"]} == {str(day) for day in told.days}
    assert village["name"] in content.decode() and all(name not in content.decode() for name in others(home, village))


def test_a_chart_over_time_of_a_day_before_all_ledgers_says_that_there_is_nothing_and_one_all_withheld_does_not(home):
    early, chosen = dt.date(2022, 12, 31), chart_export.Chosen("path", "coverage_share")
    figures = Figures(reader(home).build_id, Reader(row_access.WHOLE, 0), early)
    made = figures.release(chart_export.tables("path", "coverage_share"), early, release_log.PUBLIC)
    assert chart_export.chart(made, chosen).title == "全镇：结对覆盖率：没有可计算的数"
    held = chart_export.Lines([early], [("全镇", [(Shown.WITHHELD, Shown.WITHHELD)])])
    assert chart_export.monthly_title(held, "coverage_share") == "全镇：结对覆盖率：公布 0 个数，不公布 1 个"


@pytest.mark.parametrize(
    ("day", "is_published"), [(dt.date(2025, 12, 31), True), (dt.date(2025, 11, 30), True), (dt.date(2025, 12, 30), False)]
)
def test_a_public_edition_is_of_a_month_end_or_the_newest_day_so_that_no_day_is_held_against_the_next(day, is_published, home):
    figures, tables = Figures(reader(home).build_id, Reader(row_access.WHOLE, 0), day), [("coverage", "village")]
    assert figures.release(tables, day, release_log.INTERNAL).tables
    if is_published:
        assert figures.release(tables, day, release_log.PUBLIC).plan
    else:
        with pytest.raises(DayNotPublished, match="2025-12-31"):
            figures.release(tables, day, release_log.PUBLIC)


def others(home, village):
    """The names of all villages but one."""
    return [one["name"] for one in reader(home).villages() if one != village]


@pytest.mark.parametrize("share", ["coverage_share", "coverage_share_4_6", "conforming_share", "visit_pace_share"])
def test_a_chart_draws_only_what_its_table_tells_and_no_withheld_count(home, share):
    """The true parts of villages whose share is withheld stand nowhere among the picture's texts."""
    figures = reader(home)
    metric, (numerator, denominator) = registry.shares()[share].metric, registry.shares()[share].parts
    previewed = figures.release([(metric, "village")], DAY, release_log.PUBLIC)
    content = chart_export.write("svg", previewed, chart_export.Chosen("village", share), "b").decode()
    drawn_parts = set(re.findall(r"\d+/\d+", " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", content))))
    told = chart_export.parts(previewed.rows(previewed.tables[0]), share)
    truth = {row["village"]: f"{row[numerator]}/{row[denominator]}" for row in figures.unsuppressed(metric, "village", DAY)}
    open_parts = {f"{n}/{d}" for _name, n, d in told if isinstance(cell_display.share_of(n, d), float)}
    hidden = {truth[name] for name, n, d in told if Shown.WITHHELD in (n, d)}
    assert (drawn_parts, bool(hidden), drawn_parts & (hidden - open_parts)) == (open_parts, True, set())


def test_the_page_takes_a_chart_from_its_link_and_shows_the_files_own_picture(opened, demo_home):
    app = opened("exports", what="chart", chart="map", share="coverage_share_1_3")
    assert [part.value for part in (*app.exception, *app.error, *app.warning)] == []
    assert [app.selectbox(key=key).value for key in ("what", "chart", "share")] == ["chart", "map", "coverage_share_1_3"]
    shown = next(part.proto.body for part in app.get("html") if "data:image/png;base64," in part.proto.body)
    assert base64.b64decode(re.search(r"base64,([^\"]+)", shown)[1]).startswith(b"\x89PNG")
    assert "1—3类结对覆盖率" in re.search(r'alt="([^"]+)"', shown)[1]


def test_all_tables_of_a_page_are_chosen_at_once(opened):
    app = opened("exports", view="visits")
    assert ([pill.key for pill in app.get("pills")], "走访 · 按类别" in spoken(app)) == ([], True)


def test_without_a_chinese_font_only_svg_is_offered_and_the_page_says_what_to_install(opened, monkeypatch):
    monkeypatch.setattr(canvas, "font", lambda: None)
    app = opened("exports", what="chart")
    assert (app.segmented_control(key="picture").options, "fonts-noto-cjk" in spoken(app)) == (["svg"], True)


@pytest.mark.parametrize(("role", "may"), [("centre", True), ("admin", False)])
def test_a_figure_can_be_taken_from_its_page_by_who_may(opened, role, may):
    assert ("exports?" in spoken(opened("overview", role=role))) == may


def test_titles_do_not_call_a_whole_share_the_lowest_nor_count_children_whom_nobody_reported():
    assert chart_export._class_title("结对覆盖率", [("1 孤儿", 1, 1), ("6 留守儿童", 51, 51)], 0) == "结对覆盖率：2类都达到100%"
    steps = Table("cascade", "town", dt.date(2026, 1, 20), [dict.fromkeys(registry.metrics()["cascade"].columns, 102)])
    made = release.Release([steps])
    made.replace_rows(steps, [made.rows(steps)[0] | {"no_overdue_need": Shown.NOT_REPORTED}])
    assert chart_export.chart(made, chart_export.Chosen("steps", "")).title == "在册 102 人，关爱到位 尚无数据"


def test_a_number_that_is_no_share_has_two_decimals_at_most_in_every_form():
    assert (xlsx_writer.number(4.832613390928726, False), cell_display.text(4.832613390928726)) == (4.83, "4.83")
