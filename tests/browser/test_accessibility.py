"""Every page for those who listen, who use the keyboard, who see little: axe-core in a real Chromium, and the way by Tab alone."""

import json
from pathlib import Path

import axe_playwright_python
import pytest

from tests.browser.visit import Visit

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = {
    "centre": [
        "",
        "map",
        "map?measure=training_share",
        "village",
        "village?village=杏坡村",
        "coverage",
        "helpers",
        "visits",
        "needs",
        "duties",
        "goals",
        "leads",
        "metric?measured=coverage_share",
        "declared",
        "sample",
        "quality",
        "history",
        "ledgers",
        "exports",
        "exports?what=chart",
        "exports?what=report",
        "exports?what=pack",
        "verify",
        "manual",
        "rows?share=coverage_share",
    ],
    "admin": ["audit", "admin", "ledgers"],
    "village": ["", "quality"],
}
# Findings known of Streamlit itself and of plotly's charts; our own marks stand in .stHtml and are excused of nothing.
STREAMLITS = {
    "list": "its menu of pages is a list of other things than items",
    "listitem": "the same",
    "presentation-role-conflict": "its charts' empty images may take the focus",
    "svg-img-alt": "plotly's drawings; the chart around them has its text",
    "aria-allowed-attr": "its select boxes say how they pop up where that is not allowed",
    "landmark-one-main": "its main block is a section",
    "region": "the same",
    "scrollable-region-focusable": "its own scrolling panes",
    "nested-interactive": "its tables on canvas",
    "aria-valid-attr-value": "its select boxes name a list that is there only when open",
    "button-name": "our words stand in place of its own by the style sheet, which axe does not read; see the test of its name",
}


def found(page):
    """What axe-core says: rule → the places (by selector) that our own markup is to answer for."""
    page.evaluate(AXE)
    told = json.loads(page.evaluate("async () => JSON.stringify((await axe.run(document, {resultTypes: ['violations']})).violations)"))
    kept = {}
    for rule in told:
        nodes = [node for node in rule["nodes"] if rule["id"] not in STREAMLITS or is_ours(page, node)]
        if nodes:
            kept[rule["id"]] = [" ".join(map(str, node["target"])) + "  " + node["html"][:140] for node in nodes]
    return kept


def in_language(path, language="zh_CN"):
    """The address of a page in a language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def is_ours(page, node):
    """Whether a place lies in markup that we write."""
    return page.evaluate("target => !!document.querySelector(target)?.closest('.stHtml')", str(node["target"][0]))


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PAGES.items() for path in paths])
def test_axe_finds_nothing_that_is_ours(role, path, browser, served):
    visit = Visit(browser, served, role=role, path=in_language(path))
    assert (found(visit.page), visit.page.evaluate("document.documentElement.lang")) == ({}, "zh-CN")


@pytest.mark.parametrize(
    ("path", "scheme", "width"),
    [
        ("", "dark", 1440),
        ("quality", "dark", 1440),
        ("metric?measured=visit_target_share", "dark", 390),
        ("", "light", 390),
        ("map", "dark", 390),
        ("village?village=杏坡村", "dark", 390),
        ("visits", "dark", 390),
    ],
)
def test_nor_on_dark_ground_on_a_phone_or_in_english(path, scheme, width, browser, served):
    visit = Visit(browser, served, width=width, path=in_language(path, "en"), scheme=scheme)
    assert (found(visit.page), visit.page.evaluate("document.documentElement.lang")) == ({}, "en")


def test_the_sign_in_page_and_the_page_of_ones_password_are_clean(browser, served):
    visit = Visit(browser, served, anew=True)
    visit.page.goto(visit.address + "/auth/password")
    told = [found(visit.page)]
    visit.page.context.clear_cookies()
    visit.page.goto(visit.address)
    visit.page.wait_for_selector("input[name=password]")
    assert [*told, found(visit.page)] == [{}, {}]


def test_a_childs_page_is_clean_and_its_time_line_has_words(browser, served):
    visit = Visit(browser, served, path=in_language("rows?share=coverage_share"))
    visit.page.locator("table.plain a.fig").first.click()
    visit.page.wait_for_function("() => document.querySelector('h1')?.innerText.startsWith('儿童 ')")
    visit.settle()
    assert found(visit.page) == {}


@pytest.mark.parametrize(("language", "name"), [("zh_CN", "选择文件"), ("en", "Choose files")])
def test_the_place_to_drop_files_speaks_the_readers_language(language, name, browser, served):
    visit = Visit(browser, served, path=in_language("ledgers", language))
    assert visit.page.locator("[data-testid=stFileUploaderDropzone]").get_by_role("button", name=name).count() == 1


@pytest.mark.parametrize(("path", "wanted"), [("ledgers", ["开始检查", "制作标好问题的台账（全镇）"]), ("quality", ["指标定义与出处"])])
def test_tab_alone_leads_to_every_button_and_each_shows_where_one_is(path, wanted, browser, served):
    visit = Visit(browser, served, path=in_language(path))
    seen = []
    for _step in range(160):
        visit.page.keyboard.press("Tab")
        told, is_shown = visit.page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e === document.body ? '' : e.innerText?.trim() || e.getAttribute('aria-label') || e.tagName, s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }"
        )
        seen.append((told.splitlines()[-1] if told else "", is_shown))
    reached = {name: is_shown for name, is_shown in seen if any(word in name for word in wanted)}
    missing = [word for word in wanted if not any(word in name for name in reached)]
    assert (missing, [name for name, is_shown in reached.items() if not is_shown]) == ([], [])
