"""The dashboard in a real Chromium on the demo town: sign in, every page, a click on the map, and nothing asked of the network."""

import http.client
import re

import pytest

from tests.browser.axe import found
from tests.browser.manual_walk import in_menu
from tests.browser.visit import Visit

PAGES = {
    "总览": "/",
    "地图": "/map",
    "村（社区）一页纸": "/village",
    "结对覆盖": "/coverage",
    "爱心家庭": "/helpers",
    "走访": "/visits",
    "困难问题": "/needs",
    "职责与关爱": "/duties",
    "目标进展": "/goals",
    "待核实线索": "/leads",
    "数据质量": "/quality",
}
PAGES |= {"载入台账": "/ledgers"}
PHONE = ["", "map", "village?village=杏坡村", "coverage", "visits", "leads", "ledgers", "rows?share=coverage_share"]


def test_every_page_opens_by_its_link_in_the_sidebar_clean_to_axe_without_an_error_or_a_request_to_the_outside(browser, served):
    visit, told = Visit(browser, served), {}
    for title, path in PAGES.items():
        visit.page.get_by_role("link", name=in_menu(title)).click()
        visit.page.wait_for_function("title => document.querySelector('h1')?.innerText.trim() === title", arg=title)
        visit.settle()
        assert visit.page.url.removeprefix(visit.address).split("?")[0] == path
        told[path] = (found(visit.page), visit.page.evaluate("document.documentElement.lang"))
    assert (visit.errors, visit.outside()) == ([], [])
    assert told == dict.fromkeys(PAGES.values(), ({}, "zh-CN"))


@pytest.mark.parametrize("path", ["", "map?measure=visit_pace_share&class=6"])
def test_a_click_on_a_village_of_the_map_opens_its_sheet_and_chooses_it_for_all_pages(path, browser, served):
    visit = Visit(browser, served, path=path)
    drawn = visit.page.locator(".js-plotly-plot").first
    drawn.locator(".choroplethlayer path").first.wait_for(state="attached")
    assert (drawn.locator(".choroplethlayer path").count(), "%" in drawn.inner_text()) == (14, True)  # a shape and a label for each village
    drawn.scroll_into_view_if_needed()
    place = drawn.bounding_box()
    visit.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    visit.page.wait_for_url(re.compile("/village.*village="), wait_until="commit")
    visit.page.wait_for_function("() => document.querySelector('h1')?.innerText.endsWith('一页纸')")
    visit.settle()
    village = re.match(r"\S+", visit.page.get_by_text(re.compile("台账数据到")).inner_text()).group()
    visit.page.get_by_role("link", name="走访", exact=True).click()
    visit.settle()
    assert (village.endswith(("村", "社区")), village in visit.page.get_by_text(re.compile("台账数据到")).inner_text()) == (True, True)
    assert (visit.errors, visit.outside()) == ([], [])


def press(visit, chart, mark):
    """Press a mark of a chart, as plotly draws it."""
    drawn = visit.page.locator(f".st-key-{chart} .js-plotly-plot")
    drawn.locator(mark).first.wait_for(state="attached")
    drawn.scroll_into_view_if_needed()
    visit.settle()
    place = drawn.locator(mark).first.bounding_box()
    visit.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)


def test_a_bar_narrows_all_pages_to_its_village_a_tab_and_a_point_of_a_line_stay_in_the_link(browser, served):
    visit = Visit(browser, served, path="visits?as_of=2025-12-31&part=topics")
    press(visit, "pace_visits", ".barlayer .point path")
    visit.page.wait_for_url(re.compile("village="), wait_until="commit")
    visit.settle()
    assert visit.page.get_by_text("只看：").count() == 1
    visit.page.get_by_role("tab", name="走势与对比").click()
    visit.page.wait_for_url(re.compile("part=trend"), wait_until="commit")
    visit.settle()
    press(visit, "trend_lines", ".scatterlayer .trace:last-of-type .point")
    visit.page.wait_for_url(re.compile(r"as_of=20\d\d-\d\d-\d\d.*part=trend|part=trend.*as_of=20\d\d"), wait_until="commit")
    visit.page.wait_for_function("() => !document.body.innerText.includes('截至 2025-12-31 · 台账')")
    visit.settle()
    assert visit.page.get_by_role("tab", name="走势与对比").get_attribute("aria-selected") == "true"
    assert (visit.errors, visit.outside()) == ([], [])


def test_a_figure_is_followed_down_to_the_row_of_a_ledger(browser, served):
    visit = Visit(browser, served)
    visit.page.locator(".card a.fig").first.click()
    visit.page.wait_for_function("() => document.querySelector('h1')?.innerText.includes('结对覆盖率')")
    visit.settle()
    visit.page.locator("table.plain a.fig").first.click()
    visit.page.wait_for_function("() => document.querySelector('h1')?.innerText.startsWith('儿童 ')")
    visit.settle()
    assert re.search(r"\S+\.(xlsx|xls|csv) .*第\d+行", visit.page.locator("table.plain").first.inner_text())
    visit.page.get_by_text("显示台账原文").click()
    visit.settle()
    assert visit.page.locator("details").count() > 3
    assert visit.outside() == []


def test_the_parts_beside_a_bar_open_its_list(browser, served):
    visit = Visit(browser, served, path="visits")
    label = visit.page.locator("svg a", has_text="/").first
    told, place = label.text_content(), label.bounding_box()
    visit.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    visit.page.wait_for_function("() => document.querySelector('h1')?.innerText.includes('走访跟上率')")
    visit.settle()
    assert told in visit.page.locator(".lead").inner_text()


def test_a_phone_needs_no_sideways_scrolling(browser, served):
    visit, wide = Visit(browser, served, width=390, height=844), {}
    for path in PHONE:
        visit.turn_to(path)
        wide[path] = visit.page.evaluate("document.documentElement.scrollWidth")
    assert wide == dict.fromkeys(PHONE, 390)


def test_a_definition_opens_over_the_page_in_the_language_of_the_switch_which_is_remembered_for_the_next_visit(browser, served):
    visit = Visit(browser, served, anew=True)
    visit.page.locator("[data-testid=stSidebar]").get_by_text("English", exact=True).click()
    visit.page.get_by_role("heading", name="Overview", exact=True).wait_for()
    visit.settle()
    visit.page.get_by_role("button", name="Definition and source").click()
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_text("Share of in-scope children who are covered").wait_for()
    assert dialog.locator("[data-testid=stCode]").count() == 0
    dialog.get_by_text("Show the SQL").first.click()
    dialog.get_by_text(re.compile(r"The \d+ steps it rests on")).wait_for()
    visit.page.wait_for_function("document.querySelector('[role=dialog]').innerText.includes('from group_keys as k')")
    assert (visit.errors, visit.outside()) == ([], [])
    visit.page.goto(visit.address)
    visit.settle()
    assert visit.page.locator("h1").inner_text() == "Overview"


def test_a_link_brings_back_day_village_and_language(browser, served):
    visit = Visit(browser, served, path="visits?as_of=2024-06-30&lang=en")
    assert visit.page.locator("h1").inner_text() == "Visits"
    assert "As of 30 June 2024" in visit.page.locator(".lead").inner_text()


def test_without_a_session_nothing_but_the_sign_in_page_answers(browser, served):
    address, _password = served
    for path in ("/coverage", "/_stcore/health", "/_stcore/host-config", "/static/index.html", "/media/x.png"):
        asked = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
        asked.request("GET", path)
        assert asked.getresponse().status in (302, 303, 307, 401), path
        asked.close()


def test_signing_out_ends_the_session(browser, served):
    visit = Visit(browser, served, role="leader", anew=True)
    visit.page.get_by_role("link", name="退出登录").click()
    visit.page.wait_for_selector("input[name=password]")
    visit.page.goto(visit.address + "/coverage")
    assert visit.page.locator("input[name=password]").count() == 1
