"""Script, markup and formulas in every field of every ledger: no page runs them, no file hands them out alive."""

import csv
import io
import zipfile

import pytest
from openpyxl import load_workbook

from tests.browser import hostile
from tests.browser.serving import serving
from tests.browser.test_chromium import Visit, browser  # noqa: F401 — a fixture
from tests.conftest import once, run

PAGES = {
    "centre": ["", "coverage", "visits", "goals", "leads", "quality", "history", "ledgers", "exports", "rows?share=coverage_share"],
    "admin": ["", "audit", "admin", "ledgers"],
    "reviewer": ["quality", "rows?figure=eligibility.registered"],
    "leader": ["leads", "rows?figure=duties.helpers"],
    "village": ["", "quality", "rows?figure=eligibility.registered"],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The hostile town loaded twice (so that there is a load before), its accounts and a submission by the village."""

    def make(folder):
        hostile.write_town(folder / "ledgers")
        run(folder / "demo", "etl", "load", folder / "ledgers", "--by", hostile.MARKS[0])
        run(folder / "demo", "etl", "load", "--as-of", "2025-12-21", folder / "ledgers")
        run(folder / "demo", "pages.access", "demo")

    return once(tmp_path_factory, "hostile", make) / "demo"


@pytest.fixture(scope="module")
def served(home):
    """(address, password)."""
    with serving(home) as told:
        yield told


def opened(visit, path):
    """Open a page and say whether anything of a ledger ran."""
    visit.page.goto(f"{visit.address}/{path}")
    visit.settle()
    return visit.page.evaluate("window.__owned")


@pytest.mark.parametrize("role", PAGES)
def test_no_page_of_any_role_runs_what_a_ledger_holds(role, browser, served):  # noqa: F811
    visit = Visit(browser, served, role=role)
    dialogs = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    ran = {path: opened(visit, path) for path in PAGES[role]}
    assert (ran, dialogs, visit.outside()) == (dict.fromkeys(PAGES[role]), [], [])


def test_nor_does_a_childs_page_with_its_ledger_rows_or_a_reason_in_the_trail(browser, served):  # noqa: F811
    visit = Visit(browser, served)
    opened(visit, "rows?figure=eligibility.registered")
    visit.page.locator("table.plain a.fig").first.click()
    visit.page.wait_for_function("() => document.querySelector('h1')?.innerText.startsWith('儿童 ')")
    visit.settle()
    visit.page.get_by_text("显示台账原文").click()
    visit.settle()
    visit.page.get_by_text("查看姓名和联系方式").click()
    visit.page.get_by_label("查看的原因").fill(hostile.MARKS[0])
    visit.page.get_by_role("button", name="记录并显示").click()
    visit.settle()
    assert (visit.page.evaluate("window.__owned"), visit.outside()) == (None, [])
    admin = Visit(browser, served, role="admin")
    assert (opened(admin, "audit"), hostile.MARKS[0] in admin.page.inner_text("table.plain"), admin.outside()) == (None, True, [])


def test_nor_do_file_names_of_a_load_that_waits_or_of_what_a_village_handed_in(browser, served):  # noqa: F811
    text = "柳溪村走访记录\n儿童姓名,村(社区),走访日期,帮扶人\n" + ",".join(
        [hostile.MARKS[0].replace('"', ""), "柳溪村", "2025-12-01", "乙"]
    )
    name = "柳溪村走访<img src=x onerror=window.__owned=1>_20251222.csv"
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    village = Visit(browser, served, role="village")
    village.page.set_input_files("input[type=file]", files=[file])
    village.page.locator("[data-testid=stFileChip]").wait_for()
    village.page.get_by_role("button", name="报送", exact=True).click()
    village.page.get_by_text("等待保护中心处理").first.wait_for()
    centre = Visit(browser, served)
    opened(centre, "ledgers")
    centre.page.get_by_role("button", name="一并检查（1 份）").click()
    centre.page.get_by_text("各类台账的行").wait_for(timeout=120_000)
    assert [visit.page.evaluate("window.__owned") for visit in (village, centre)] == [None, None]
    centre.page.get_by_role("button", name="不发布，放弃").click()
    centre.page.get_by_text("已放弃").wait_for()
    assert (village.outside(), centre.outside()) == ([], [])


def test_no_file_that_leaves_holds_a_living_formula_of_a_ledger(home):
    told = run(home, "checks", "findings", "--format", "csv")
    cells = [cell for line in csv.reader(io.StringIO(told.removeprefix("\ufeff"))) for cell in line]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    run(home, "checks", "return", home / "copies.zip")
    with zipfile.ZipFile(home / "copies.zip") as archive:
        books = [load_workbook(io.BytesIO(archive.read(name))) for name in archive.namelist() if name.endswith(".xlsx")]
    assert books
    assert [cell.value for book in books for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"] == []
