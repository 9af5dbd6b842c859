"""Every page for those who listen, who use the keyboard, who see little: axe-core in a real Chromium, and the way by Tab alone."""

import urllib.parse

import pytest

from tests.browser.axe import found
from tests.browser.visit import Visit

# A page's views do not follow one another. Of the centre those that stand in no menu; the walk by the menu looks at the others (test_dashboard.py).
PAGES = {
    "centre": [
        "map?measure=training_share",
        "village?village=杏坡村",
        "exports",
        "metric?measured=coverage_share",
        "exports?what=chart",
        "declared",
        "exports?what=report",
        "sample",
        "exports?what=pack",
        "history",
        "board",
        "verify",
        "register?part=facts",
        "manual",
        "rows?share=coverage_share",
    ],
    "admin": ["audit", "settings", "admin", "backup", "work", "ledgers"],
    "village": ["", "quality"],
}
ENGLISH = [  # ground, width, pages
    ("dark", 1440, ["", "quality"]),
    ("dark", 390, ["metric?measured=visit_target_share", "map", "village?village=杏坡村", "visits"]),
    ("light", 390, [""]),
]


def looked_at(browser, served, paths, language="zh_CN", **tab):
    """What axe-core finds on pages opened one after another: path → its findings, where there are any."""
    visit, told = Visit(browser, served, path=in_language(paths[0], language), **tab), {}
    for path in paths:
        if path != paths[0]:
            visit.turn_to(in_language(path, language))
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        link = urllib.parse.urlsplit(visit.page.url)
        there = urllib.parse.parse_qs(link.query)
        assert (link.path, {name: there.get(name) for name in asked}) == ("/" + path.partition("?")[0], asked)
        assert visit.page.evaluate("document.documentElement.lang") == language.replace("_", "-")
        if findings := found(visit.page):
            told[path] = findings
    return told


def in_language(path, language="zh_CN"):
    """The address of a page in a language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("role", PAGES)
def test_axe_finds_nothing_that_is_ours(role, browser, served):
    assert looked_at(browser, served, PAGES[role], role=role) == {}


@pytest.mark.parametrize(("scheme", "width", "paths"), ENGLISH)
def test_nor_on_dark_ground_on_a_phone_or_in_english(scheme, width, paths, browser, served):
    assert looked_at(browser, served, paths, "en", width=width, scheme=scheme) == {}


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
    reached = {}
    for _step in range(160):
        visit.page.keyboard.press("Tab")
        told, is_shown = visit.page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e === document.body ? '' : e.innerText?.trim() || e.getAttribute('aria-label') || e.tagName, s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }"
        )
        reached |= {word: is_shown for word in wanted if told and word in told.splitlines()[-1]}
        if len(reached) == len(wanted):
            break
    assert reached == dict.fromkeys(wanted, True)
