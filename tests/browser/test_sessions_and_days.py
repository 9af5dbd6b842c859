"""What only a browser shows: the day in the link and in the history, and the way back from a session that has ended."""

import re

from pages.access.accounts import accounts
from tests.browser.visit import Visit

NAME, GIVEN, RESET, OWN = "赵核", "quiet rivers and seven lamps", "abcd-efgh-jkmn-pqrs", "seven lamps and quiet rivers"


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


def test_after_a_password_reset_the_reader_comes_back_to_the_page_and_to_what_was_typed(browser, served, served_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(served_home))
    accounts.add(NAME, "reviewer", GIVEN, must_change=False)
    visit = Visit(browser, (served[0], GIVEN), role=NAME, path="declared?as_of=2025-10-15&lang=en", anew=True)
    page, box = visit.page, visit.page.locator("[class*=st-key-declared_numerator_card_share] input")
    box.click()
    page.keyboard.type("105")  # neither Enter nor Tab: not kept yet
    accounts.change_password(NAME, RESET)
    place = page.get_by_role("link", name="Goals", exact=True).bounding_box()
    page.mouse.click(place["x"] + 20, place["y"] + 10)  # leaving the box may end the visit before the press does, and the menu with it
    page.get_by_role("link", name="Sign in").click()
    page.fill("input[name=name]", NAME)
    page.fill("input[name=password]", RESET)
    page.click("button[type=submit]")
    for field, password in {"old": RESET, "new": OWN, "again": OWN}.items():
        page.fill(f"input[name={field}]", password)
    page.get_by_role("button", name="Change password").click()
    page.get_by_role("link", name="Go to the dashboard").click()
    visit.settle()
    assert (page.url, box.input_value(), visit.errors) == (visit.address + "/declared?as_of=2025-10-15&lang=en", "105", [])


def test_a_download_after_the_end_of_a_session_leads_to_the_sign_in(browser, served):
    visit = Visit(browser, served, role="reviewer", path="declared?lang=en", anew=True)
    other = visit.page.context.new_page()
    other.goto(visit.address + "/auth/logout")
    other.close()
    visit.page.get_by_role("button", name="Download the blank sheet").click()
    visit.page.wait_for_url(re.compile(r"/auth/login\?next=/declared"))
    assert visit.page.locator("input[name=password]").count() == 1
