"""What only a browser shows: the day in the link and in the history, and the way back from a session that has ended."""

import re

from tests.browser.visit import Visit


def stamp(visit):
    """The line below the title: place, day, data, build."""
    return visit.page.get_by_text(re.compile("台账数据到")).inner_text()


def test_a_typed_day_stays_in_the_link_on_every_page_and_back_needs_one_press(browser, served):
    visit = Visit(browser, served, path="visits?lang=zh_CN", anew=True)
    visit.page.locator("[data-testid=stDateInputField] [data-type=year]").click()
    visit.page.keyboard.type("20251015")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(re.compile("as_of=2025-10-15"))
    visit.settle()
    visit.page.get_by_role("link", name="目标进展", exact=True).hover()
    assert "as_of=2025-10-15" in visit.page.get_by_role("link", name="目标进展", exact=True).get_attribute("href")
    visit.page.get_by_role("link", name="目标进展", exact=True).click()
    visit.page.wait_for_url(re.compile("/goals.*as_of=2025-10-15"))
    visit.settle()
    visit.page.reload()
    visit.settle()
    assert "截至 2025-10-15" in stamp(visit)
    visit.page.go_back()
    visit.page.wait_for_function("() => document.querySelector('h1')?.innerText === '走访'")
    visit.settle()
    assert ("截至 2025-10-15" in stamp(visit), "/visits?" in visit.page.url) == (True, True)


def test_a_session_that_ended_says_so_and_comes_back_to_the_same_page(browser, served):
    visit = Visit(browser, served, role="reviewer", path="visits?as_of=2025-10-15&lang=en", anew=True)
    other = visit.page.context.new_page()
    other.goto(visit.address + "/auth/logout")
    other.close()
    visit.page.get_by_role("link", name="Goals", exact=True).click()
    visit.page.get_by_role("link", name="Sign in").click()
    visit.page.fill("input[name=name]", "reviewer")
    visit.page.fill("input[name=password]", served[1])
    visit.page.click("button[type=submit]")
    visit.settle()
    assert visit.page.url == visit.address + "/visits?as_of=2025-10-15&lang=en"
    assert ("As of 15 October 2025" in visit.page.locator(".lead").inner_text(), visit.errors) == (True, [])
