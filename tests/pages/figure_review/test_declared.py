"""All goals in one table: what is typed is kept and judged, one way with the page of one figure; a filled sheet is taken whole or not at all."""

import html
import io
import re

import pytest
from openpyxl import load_workbook

from pages.figure_review import declared_sheet
from pages.jobs import job_folder
from pages.text import labels
from tests.pages.figure_review.test_figure_audit import DAY, box, errors
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.review import declared_figures
from warehouse.review.declared_figures import Entry

COVERAGE, CARDS = (Entry("coverage_share_1_3", "", 0, "2025-12-31", by="li"), Entry("card_share", "", 0, "2023-12-31", by="li"))


@pytest.fixture(scope="module")
def goals(demo_home):
    """The goals of the demo town."""
    return query.ask(repository.open_build(demo_home), "goals", DAY)


def type_in(app, row, numerator, denominator):
    """Type what is declared of a goal."""
    for part, value in (("numerator", numerator), ("denominator", denominator)):
        app.number_input(key=box(part, row["indicator"], row["as_of"])).set_value(value)
    return app


def test_all_goals_of_both_years_can_be_declared_and_each_is_judged(opened, goals, home):
    app = opened("declared", role="reviewer")
    assert (len(goals), len(app.number_input), len(app.text_input)) == (15, 30, 15)
    for row in goals:
        type_in(app, row, row["numerator"], row["denominator"])
    app.run()
    assert (errors(app), "15 项指标填了 15 项申报数：15 项与计算一致，0 项不一致" in spoken(app)) == ([], True)
    for row in goals:
        type_in(app, row, row["numerator"] - 1, row["denominator"])
    app.run()
    assert (errors(app), "0 项与计算一致，15 项不一致" in spoken(app)) == ([], True)
    kept = declared_figures.entries(home).values()
    assert {(entry.code, entry.day, entry.by) for entry in kept} == {(row["indicator"], str(row["as_of"]), "tester") for row in goals}
    assert len(trail.entries(home, "declare")) == 30


def test_every_row_opens_the_list_and_the_definition_of_its_own_day(opened, goals, home):
    told = html.unescape(spoken(opened("declared", role="reviewer")))
    for row in goals:
        day, code = row["as_of"], row["indicator"]
        assert re.search(rf'href="metric\?as_of={day}&lang=zh_CN&measured={code}"', told), code
        assert re.search(rf'href="rows\?as_of={day}&lang=zh_CN&share={code}"[^>]*>{row["numerator"]}/{row["denominator"]}<', told), code


def test_the_table_and_the_page_of_one_figure_are_one_way(opened, goals, home):
    row = next(row for row in goals if row["indicator"] == "annual_update_share")
    villages = row["denominator"]
    type_in(opened("declared", role="reviewer"), row, villages, villages).run()
    table, single = opened("declared", role="reviewer"), opened("metric", role="reviewer", measured="annual_update_share")
    assert [single.number_input(key=box(part, row["indicator"])).value for part in ("numerator", "denominator")] == [villages, villages]
    for app in (table, single):
        told = html.unescape(spoken(app))
        assert ("不一致" in told, f"全年任何一天更新过的村（社区）都算：100.0% · {villages}/{villages}" in told, "tester 填于" in told) == (
            True,
        ) * 3


def test_what_is_no_percent_stays_where_it_was_typed_and_is_not_kept(opened, goals, home):
    app = opened("declared", role="reviewer")
    key = box("percent", "care_share")
    app.text_input(key=key).set_value("很多").run()
    app.run()
    assert (app.text_input(key=key).value, len(app.error), declared_figures.entries(home)) == ("很多", 1, {})
    app.text_input(key=key).set_value("90%").run()
    assert (errors(app), [entry.percent for entry in declared_figures.entries(home).values()]) == ([], ["90%"])


def test_another_readers_newer_figure_is_shown_and_not_overwritten(opened, goals, home):
    first = opened("declared", role="reviewer")
    key = box("numerator", "care_share")
    first.number_input(key=key).set_value(1).run()
    opened("declared", role="centre").number_input(key=key).set_value(2).run()
    assert first.run().number_input(key=key).value == 2


def test_a_goal_day_to_come_is_declared_for_the_day_looked_at_and_the_other_day_is_named(opened, goals, home):
    app = opened("declared", role="reviewer", as_of="2025-12-25")
    app.number_input(key=box("numerator", "care_share", "2025-12-25")).set_value(1).run()
    told = spoken(opened("declared", role="reviewer"))
    assert "没有填；另存有 2025-12-25 的申报数" in told


def test_goals_open_the_table_with_one_click(opened):
    assert "declared?as_of=2025-12-31" in spoken(opened("goals", role="reviewer"))
    assert "declared?" not in spoken(opened("goals", role="leader"))


def sheet(*rows):
    """A sheet as it is read, with one of our languages' headings; of each line its key, numerator, denominator and percent."""
    lines = [[key, "", "", *numbers] for key, *numbers in rows]
    return {"Sheet": [["注"], list(labels.words("declared_column", "zh_CN").values()), *lines]}


def read(*rows):
    """What a filled sheet says: (code, numerator, denominator, percent, by) a line."""
    found = declared_sheet.read(sheet(*rows), [COVERAGE, CARDS])
    return [(one.code, one.numerator, one.denominator, one.percent, one.by) for one in found]


def test_the_blank_sheet_filled_comes_back_and_what_is_left_empty_declares_nothing():
    book = load_workbook(io.BytesIO(declared_sheet.blank([COVERAGE, CARDS])))
    book.active["D2"], book.active["E2"] = 53, 55
    stream = io.BytesIO()
    book.save(stream)
    (entry,) = declared_sheet.read(declared_sheet.cells_of("申报数.xlsx", stream.getvalue()), [COVERAGE, CARDS])
    assert (entry.key, entry.numerator, entry.denominator) == (COVERAGE.key, 53, 55)


def test_numbers_as_office_programs_write_them_are_read():
    lines = [(COVERAGE.key, "53.0", "1,055", ""), (CARDS.key, "", "", "９６.４％")]
    assert read(*lines) == [("coverage_share_1_3", 53, 1055, "", "li"), ("card_share", None, None, "96.4%", "li")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("coverage_share_1_3_659901201201_0_2025-12-31", "1", "2", ""), "第 3 行：编号“coverage_share_1_3_659901201201"),
        (("coverage_share_1_3__0_2025-12-25", "1", "2", ""), "第 3 行：编号"),
        (("", "1", "2", ""), "第 3 行：编号“”不是本页"),
        ((COVERAGE.key, "-1", "2", ""), "第 3 行：“-1”看不懂"),
        ((COVERAGE.key, "1.5", "2", ""), "“1.5”看不懂"),
        ((COVERAGE.key, "", "", "0.964"), "“0.964”看不懂"),
        ((COVERAGE.key, "", "", "101"), "“101”看不懂"),
        ((COVERAGE.key, "=cmd|'x'!A1", "2", ""), "看不懂"),
        ((COVERAGE.key, "", "", ""), "没有填数字"),
    ],
)
def test_one_line_that_cannot_be_read_refuses_the_sheet_and_says_which(line, says):
    rows = [line] if says == "没有填数字" else [line, (CARDS.key, "1", "2", "")]
    with pytest.raises(job_folder.Refused, match=says):
        read(*rows)


def test_a_line_twice_and_a_sheet_without_our_headings_are_refused():
    with pytest.raises(job_folder.Refused, match="第 4 行：编号“card_share__0_2023-12-31”"):
        read((CARDS.key, "1", "2", ""), (CARDS.key, "1", "2", ""))
    with pytest.raises(job_folder.Refused, match="找不到这些列标题"):
        declared_sheet.read({"Sheet": [["姓名", "甲"]]}, [COVERAGE])


def test_a_filled_sheet_is_kept_by_the_page(opened, goals, home):
    text = "\n".join(",".join(row) for row in sheet((CARDS.key, "1", "2", ""))["Sheet"][1:])
    app = opened("declared", role="reviewer")
    app.file_uploader(key="declared_file").upload("申报.csv", text.encode(), "text/csv")
    app.button[[part.label for part in app.button].index("收下")].click().run()
    assert (errors(app), "其中 1 个是新的或改了的，已保存" in spoken(app)) == ([], True)
    assert [(entry.numerator, entry.by) for entry in declared_figures.entries(home).values()] == [(1, "tester")]
