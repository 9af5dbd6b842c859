"""How far pages jump when a filter changes: the cumulative layout shift of each change, in Chromium on the demo town. Figures, not pass or fail.

Two sums of each change. `shift` is the definition's (web.dev/cls): the worst window of shifts that no press came shortly before.
`raw` counts those too; a filter is a press, so it is what a reader sees move. Both are of the window's height, 0 to 1 and more.

Run: python -m tests.bench.layout_shift [--home HOME] [--width 1440] [--role centre] [--only visits needs]
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from pages.access import rights
from tests.browser.server import FLAGS, load_demo, make_accounts, serving
from tests.browser.visit import Visit

WATCH = """
    window.shifts = [];
    new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifts.push([entry.startTime, entry.value, entry.hadRecentInput,
        entry.sources.map(source => source.node?.closest?.('[data-testid=stElementContainer],[data-testid=stSidebar]')?.innerText?.slice(0, 40).replaceAll("\\n", " ") ?? '')]) })
        .observe({type: 'layout-shift', buffered: true});
"""
SHARED = ("统计截至", "村（社区）", "哪类儿童", "与哪天比")  # the choices that all pages have
MOST = 4  # of a page's own choices of a kind


def worst_window(shifts: list[list]) -> float:
    """The largest sum of shifts that follow each other within a second, at most five seconds together."""
    worst = total = first = last = 0.0
    for at, value, _is_after_press, _where in shifts:
        if at - last > 1000 or at - first > 5000:
            total, first = 0.0, at
        total, last = total + value, at
        worst = max(worst, total)
    return worst


def choose(page: Page, label: str, at: int) -> None:
    """Choose an option of a select box by its place in the list."""
    box = page.get_by_role("combobox", name=label, exact=True).first
    box.scroll_into_view_if_needed()
    box.click()
    page.get_by_role("option").nth(at).click()


def changes(page: Page) -> Iterator[tuple[str, object]]:
    """Every filter of the page as (what it is, how it is changed)."""
    for label in SHARED[1:]:
        if page.get_by_role("combobox", name=label, exact=True).count():
            yield f"{label} 1", lambda label=label: choose(page, label, 1)
            yield f"{label} 0", lambda label=label: choose(page, label, 0)
    yield "统计截至 2025-06-30", lambda: choose_day(page, "2025-06-30")
    main = page.get_by_test_id("stMain")
    labels = [box.get_attribute("aria-label") or "" for box in main.get_by_role("combobox").all()]
    for number, label in enumerate(labels[:MOST]):
        yield f"select {label[:12]}", lambda number=number: choose_in(page, number)
    for kind, found in (
        ("toggle", main.locator("[data-testid=stCheckbox] label")),
        ("button group", main.locator("[data-testid=stButtonGroup] button")),
    ):
        for number in range(min(found.count(), MOST)):
            yield f"{kind} {found.nth(number).inner_text()[:12]}", lambda found=found, number=number: found.nth(number).click(timeout=5000)


def choose_in(page: Page, number: int) -> None:
    """Choose the second option of a select box of the page itself."""
    box = page.get_by_test_id("stMain").get_by_role("combobox").nth(number)
    box.scroll_into_view_if_needed()
    box.click(timeout=5000)
    page.get_by_role("option").nth(1).click(timeout=5000)


def choose_day(page: Page, day: str) -> None:
    """Type a day."""
    field = page.get_by_test_id("stSidebar").get_by_test_id("stDateInputField").first
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type(day.replace("-", ""))
    page.keyboard.press("Enter")


def measured(visit: Visit) -> list[tuple[float, float, str, str]]:
    """(shift, raw, change, what moved most) of each filter of the page that stands."""
    results = []
    page = visit.page
    for name, change in changes(page):
        page.evaluate("window.shifts.length = 0")
        try:
            change()
        except Error as error:
            print(f"    {name}: not changed ({str(error).splitlines()[0][:80]})", flush=True)
            page.keyboard.press("Escape")
            continue
        page.wait_for_timeout(150)
        visit.settle()
        page.wait_for_timeout(400)  # of charts that are drawn after the script's end
        shifts = page.evaluate("window.shifts")
        moved = max(shifts, key=lambda shift: shift[1], default=[0, 0, False, []])[3]
        results.append((worst_window([shift for shift in shifts if not shift[2]]), worst_window(shifts), name, " | ".join(moved)[:90]))
    return results


def main() -> None:
    """Measure every page of a role."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, help="a home that is there already, with the demo's accounts")
    parser.add_argument("--role", default="centre")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--verbose", action="store_true", help="every change, not the worst alone")
    asked = parser.parse_args()
    names = asked.only or [name for name, roles in rights.table()["pages"].items() if asked.role in roles]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = asked.home or Path(folder) / "demo"
        if not asked.home:
            home.mkdir()
            load_demo(home)
            make_accounts(home)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with serving(home) as served:
            for name in names:
                visit = Visit(browser, served, asked.role, asked.width, asked.height, "" if name == "overview" else name, anew=True)
                visit.page.evaluate(WATCH)
                results = measured(visit)
                worst, raw = max(results), max(results, key=lambda result: result[1])
                print(f"{name:11} shift {worst[0]:.3f} ({worst[2]})  raw {raw[1]:.3f} ({raw[2]}: {raw[3]})", flush=True)
                for result in results if asked.verbose else ():
                    print(f"    {result[0]:.3f} {result[1]:.3f} {result[2]}: {result[3]}")
                visit.page.context.close()
                Visit.forget()


if __name__ == "__main__":
    main()
