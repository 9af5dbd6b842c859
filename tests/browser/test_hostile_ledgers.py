"""Ledgers full of markup, scripts and formulas, loaded for real: every page of every role in Chromium, every file that leaves."""

import io
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pages.access import ROLES, User, rights
from pages.access.accounts import accounts, sessions
from pages.jobs import loads
from pages.ledger_intake import submissions
from tests.browser import hostile_ledgers
from tests.browser.server import serving
from tests.browser.visit import IS_STILL, POLLING, WATCH, follow
from tests.conftest import once, run
from warehouse import row_access
from warehouse.audit import trail
from warehouse.builds import repository

PASSWORD = "春风化雨润物无声"
VILLAGE = "659901201202"  # its name is a formula and a picture elsewhere
FILE = "'&lt;img src=x onerror=window.owned=1&gt;![x](evil.example) `c` $x$_20251221.xlsx"  # no name handed in may hold more
ROWS = ("share=coverage_share", "figure=eligibility.registered", "figure=visits.visit_days", "figure=needs.open", "figure=duties.helpers")
# What stands on a page as markup, link, formula or icon though a ledger said it.
LIVE = r"""() => [
    ...document.querySelectorAll('img[src="x"], [src*="evil.example"], [onerror], [onload], .katex, .stMarkdownColoredText'),
    ...[...document.querySelectorAll('a')].filter(a => /^(javascript|https?:..(?!127\.0\.0\.1))/.test(String(a.href.baseVal ?? a.href))),
    ...[...document.querySelectorAll('strong, code, script, b')].filter(part => /^[bcy]$|owned/.test(part.textContent)
        && !part.closest('[data-testid=stCode]')  // a text to be copied, shown as it is
        && !(part.tagName === 'B' && part.textContent.includes('<'))),  // a name in bold that shows its signs is text
].map(part => part.outerHTML.slice(0, 200))"""


def fill(folder: Path) -> None:
    """The town, what a village handed in, one of it sent back, and a trail of hostile names and reasons."""
    home = folder / "home"
    hostile_ledgers.write(folder / "ledgers")
    run(home, "etl", "load", folder / "ledgers", "--as-of", "2025-12-31")
    (home / "sign-in.txt").write_text("unused")
    ledger = next((folder / "ledgers").glob("*children_2*")).read_bytes()
    recorder = trail.recorder_for(hostile_ledgers.MARKUPS[0], "village", hostile_ledgers.MARKUPS[2])
    first, _second = (submissions.submit(home, VILLAGE, [(FILE, ledger)], hostile_ledgers.MARKUPS[0], recorder) for _each in range(2))
    submissions.send_back(home, [first.id], " ".join(hostile_ledgers.MARKUPS))
    for text in hostile_ledgers.MARKUPS:
        trail.record(home, "unmask", text, "centre", text, {"child": text, "fields": text, "reason": text})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile town, loaded, in a home of this worker's own."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    shutil.copytree(once(tmp_path_factory, "hostile", fill) / "home", home)
    return home


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[str]:
    """The address of its dashboard."""
    with serving(home) as (address, _password):
        yield address


@pytest.fixture(autouse=True)
def own_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The served home instead of one for each test."""
    monkeypatch.setenv("TONGXING_HOME", str(home))


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    """A tab for all roles, one after another."""
    context = browser.new_context(viewport={"width": 1300, "height": 1500}, locale="zh-CN")
    context.add_init_script(WATCH)
    context.set_default_timeout(90_000)
    yield context.new_page()
    context.close()


class Look:
    """A role's session in the tab, with what it asked for, what its console said and what came to life on it."""

    def __init__(self, page: Any, address: str, role: str) -> None:
        if role not in {account.name for account in accounts.every()}:
            accounts.add(role, role, PASSWORD, (VILLAGE,) if role == "village" else (), must_change=False)
        self.address, self.alive, self.is_open = address, [], False
        self.page = page
        page.context.clear_cookies()
        page.context.add_cookies([{"name": sessions.COOKIE, "value": sessions.start(role), "url": address}])
        self.page.on("dialog", lambda dialog: (self.alive.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.alive.append(f"error {error}"))
        self.page.on("console", lambda said: self.alive.append(said.text) if "Content Security Policy" in said.text else None)
        self.page.on("request", self.judge)

    def judge(self, request: Any) -> None:
        """Note a request to elsewhere, or for the picture that no page of ours has."""
        if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", request.url) or request.url.endswith("/x"):
            self.alive.append(f"asked {request.url}")

    def at(self, where: str) -> None:
        """Open a page, in the session that the tab has once it has one, and look."""
        if self.is_open:
            follow(self.page, where)
        else:
            self.page.goto(f"{self.address}/{where}")
        self.is_open = True
        self.settle(where)

    def settle(self, where: str) -> None:
        """Wait until the page stands; note what came to life."""
        self.page.wait_for_function(IS_STILL, polling=POLLING)
        found = self.page.evaluate(LIVE) + (["script ran"] if self.page.evaluate("window.owned") else [])
        self.alive += [f"{where}: {part}" for part in found]


def children(home: Path) -> list[str]:
    """Children of the village that are told of."""
    sql = "select distinct child_id from memberships where village_id = $village order by child_id limit 1"
    return [row["child_id"] for row in repository.open_build(home).rows(sql, {"village": VILLAGE})]


def allowed(role: str) -> set[tuple[str, str]]:
    """All that a role may see and do."""
    return {(kind, thing) for kind, things in rights.table().items() for thing, roles in things.items() if role in roles}


# Who may less than another sees nothing that the other does not: pages ask the table of rights, never the role.
@pytest.mark.parametrize("role", [role for role in ROLES if not any(allowed(role) < allowed(other) for other in ROLES)])
def test_what_a_ledger_says_comes_to_life_on_no_page_of_any_role(role: str, page: Any, served: str, home: Path):
    look = Look(page, served, role)
    user = User(role, role, (VILLAGE,) if role == "village" else row_access.WHOLE)
    pages = rights.allowed(user, "pages")
    for name in pages:
        look.at("" if name == pages[0] else name)
    for asked in ROWS if "rows" in pages else ():
        look.at(f"rows?{asked}")
    for child in children(home) if "child" in pages else ():
        look.at(f"child?child={child}")
    if rights.may(user, "actions", "read_ledger_rows"):
        look.page.get_by_text("显示台账原文").click()
        look.settle("ledger rows")
    if "rows" in pages:
        assert "没有这个代号" not in look.page.inner_text("body")
        look.page.get_by_role("button", name="指标定义与出处").first.click()
        look.page.get_by_role("dialog").wait_for()
        look.settle("definition")
    assert look.alive == []


def test_a_staged_load_of_what_a_village_handed_in_is_looked_at_without_anything_coming_to_life(page: Any, served: str, home: Path):
    one = submissions.waiting(home)[0]
    loads.start(home, one.content(), hostile_ledgers.MARKUPS[0], "zh_CN", submissions=(one.id,))
    until = time.monotonic() + 120
    while loads.current(home).is_at_work and time.monotonic() < until:
        time.sleep(0.2)
    assert loads.current(home).state == "ready"
    look = Look(page, served, "centre")
    look.at("ledgers")
    look.page.get_by_text("台账新增").first.wait_for()
    look.settle("the preview")
    assert look.alive == []


def test_the_copies_that_are_returned_hold_no_formula_of_ours_and_unpack_into_their_own_folder(home: Path):
    where = home / "copies.zip"
    run(home, "checks", "return", where)
    with zipfile.ZipFile(where) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)) > 20
        assert [name for name in names if name.count("/") != 1 or name.startswith((".", "/")) or re.search(r'[\\<>:"|?*]', name)] == []
        defused: list[Any] = []
        for name in (name for name in names if name.endswith(".xlsx")):
            book = load_workbook(io.BytesIO(archive.read(name)))
            assert [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
            defused += [cell.value for row in book.worksheets[0].iter_rows() for cell in row if str(cell.value).startswith("'=")]
        assert defused  # the lists do quote what a village wrote as a formula
