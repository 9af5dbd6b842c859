"""Printing: every village's sheet is one A4 page with nothing of the screen on it, whatever language and ground the reader has."""

import re

import pytest

from locales import LANGUAGES
from pages.access import ROLES
from pages.summaries import manuals
from tests.browser.visit import Visit

PAPER = {"width": 703, "height": 1032}  # A4 less its margins, in CSS pixels
SCREEN_ONLY = ["stSidebar", "stHeader", "stToolbar", "stButton", "stSelectbox"]


def sheet(village, language="zh_CN"):
    """The address of a village's sheet."""
    return f"village?village={village}&lang={language}"


def wait_for_charts(visit, village):
    """Wait until a village's sheet is drawn."""
    visit.page.wait_for_function("name => document.querySelector('h1')?.innerText.startsWith(name)", arg=village)
    visit.page.locator(".one-sheet").wait_for(state="attached")
    visit.page.locator(".js-plotly-plot .main-svg").nth(2).wait_for()


def printed(page):
    """(pages, width and height in points) of what the browser prints."""
    page.evaluate("window.onbeforeprint?.()")
    page.emulate_media(media="null")  # as the browser prints; the tests' own pages are laid out for a screen
    made = page.pdf(prefer_css_page_size=True, print_background=True)
    sizes = set(re.findall(rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)", made))
    return len(re.findall(rb"/Type /Page\b(?!s)", made)), sizes


def on_paper(page):
    """(what of the screen is left, how much is cut at the foot, the ground) as laid out for paper."""
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    return page.evaluate(
        """names => {
            const block = document.querySelector('[data-testid=stMainBlockContainer]');
            const left = names.filter(name => [...document.querySelectorAll(`[data-testid=${name}],.${name}`)].some(e => e.checkVisibility()));
            return [left, Math.max(0, block.scrollHeight - block.clientHeight), getComputedStyle(document.querySelector('.stApp')).backgroundColor];
        }""",
        SCREEN_ONLY,
    )


def test_every_villages_sheet_prints_on_exactly_one_page(browser, served):
    visit = Visit(browser, served, role="leader", height=900, path="village")
    villages = visit.page.locator("p:last-of-type a[href^='village?']").all_inner_texts()[-12:]
    told = {}
    for village in villages:
        visit.turn_to(sheet(village))
        wait_for_charts(visit, village)
        told[village] = printed(visit.page)
    assert (len(told), set(map(str, told.values()))) == (12, {str((1, {(b"594", b"841")}))})


def test_the_longest_quick_card_prints_on_exactly_one_page_with_nothing_of_the_screen_on_it(browser, served):
    length, role, language = max((len(manuals.card(role, language)), role, language) for role in ROLES for language in LANGUAGES)
    visit = Visit(browser, served, role="village", height=900, path=f"manual?of={role}&part=card&lang={language}")
    visit.page.locator(".quick-card").wait_for()
    assert (length > 1000, printed(visit.page)) == (True, (1, {(b"594", b"841")}))
    assert on_paper(visit.page)[0] == []
    assert not visit.page.locator("h1, .help, [role=tablist]").filter(visible=True).count()


def test_a_map_fills_a_sheet_across_and_its_list_the_next(browser, served):
    visit = Visit(browser, served, role="leader", height=900, path="map?measure=visit_pace_share")
    visit.page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert printed(visit.page) == (2, {(b"841", b"594")})


@pytest.mark.parametrize(("language", "scheme"), [("zh_CN", "light"), ("en", "dark")])
def test_a_printed_sheet_is_white_whole_and_without_menu_and_buttons(language, scheme, browser, served):
    visit = Visit(browser, served, role="leader", height=900, path=sheet("杏坡村", language), scheme=scheme)
    wait_for_charts(visit, "杏坡村")
    assert on_paper(visit.page) == [[], 0, "rgb(255, 255, 255)"]
    assert visit.page.locator(".to-write").is_visible()


def test_the_button_prints_the_page_and_charts_fit_the_paper(browser, served):
    visit = Visit(browser, served, role="leader", path=sheet("杏坡村"))
    wait_for_charts(visit, "杏坡村")
    visit.page.evaluate("window.print = () => { window.onbeforeprint(); window.asked = true }")
    visit.page.locator("button.print").click()
    drawn = visit.page.locator(".js-plotly-plot .main-svg").first
    assert (visit.page.evaluate("window.asked"), bool(drawn.get_attribute("viewBox"))) == (True, True)
    on_paper(visit.page)
    wide = visit.page.evaluate(
        "Math.max(...[...document.querySelectorAll('.js-plotly-plot .main-svg,table,.cards')].map(e => e.getBoundingClientRect().right))"
    )
    assert wide <= PAPER["width"] + 1
