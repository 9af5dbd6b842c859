"""What a leader asks is answered within three clicks from the overview; a choice in a box is two, typing is none."""

import re

import pytest

from tests.browser.visit import Visit

MOST = 3


class Asking(Visit):
    """A leader on the overview, whose clicks are counted."""

    def __init__(self, browser, served):
        super().__init__(browser, served, "leader")
        self.clicks = 0

    def click(self, element):
        """Press something that is on the screen."""
        element.click()
        self.clicks += 1
        self.settle()

    def open_page(self, title):
        """Press a page's name in the menu."""
        self.click(self.page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True))
        self.page.wait_for_function("title => document.querySelector('h1')?.innerText.trim() === title", arg=title)

    def choose(self, label, option):
        """Open a box and press one of its options."""
        self.click(self.page.get_by_role("combobox", name=label))
        self.click(self.page.get_by_role("option", name=option))

    def table(self, heading):
        """The rows of the first table with such a heading, by their first cell."""
        table = self.page.locator("table.plain", has=self.page.get_by_role("columnheader", name=heading)).first
        cells = [row.locator("th,td").all_inner_texts() for row in table.locator("tr").all()]
        return {row[0]: row[1:] for row in cells}


def month_against_the_same_month_last_year(asking):
    asking.choose("与哪天比", "去年同日")
    changes = asking.table("变化")
    assert changes["指标"][:2] == ["2024-12-31", "2025-12-31"] and len(changes) > 1
    assert "较去年同日" in asking.page.locator(".card").first.inner_text()


def visits_over_three_years(asking):
    asking.open_page("走访")
    title = asking.page.get_by_role("heading", name=re.compile("同期走访")).inner_text()
    assert re.findall(r"(\d{4})年同期走访 [1-9]\d* 人次", title) == ["2023", "2024", "2025"]


def helpers_who_never_visited(asking):
    asking.open_page("爱心家庭")
    asking.choose("看哪些帮扶人", re.compile("从未走访"))
    count = int(re.search(r"从未走访的 (\d+) 人", asking.page.locator(".lead").inner_text())[1])
    assert asking.page.get_by_text("没有这样的帮扶人。").is_visible() if not count else len(asking.table("代号")) == 1 + min(count, 8)


def left_behind_children_alone(asking):
    asking.choose("哪类儿童", re.compile("^6 "))
    asking.open_page("结对覆盖")
    (count,) = re.findall(r"帮扶范围内 ([1-9]\d*) 人", asking.page.locator(".lead").inner_text())
    assert asking.page.locator(".card .name").first.inner_text() == "结对覆盖率（6 留守儿童）"
    assert asking.page.locator(".card .parts").first.inner_text().strip().endswith(f"/{count}")


def two_villages_side_by_side(asking):
    asking.click(asking.page.get_by_role("link", name="几个村并排看"))
    for village in ("杏坡村", "榆岗村"):
        asking.click(asking.page.get_by_role("button", name=village, exact=True))
    beside = asking.table("杏坡村")
    assert beside["指标"] == ["杏坡村", "榆岗村", "全镇"]
    assert re.match(r"\d+\.\d% · \d+/\d+", beside["结对覆盖率"][1])


@pytest.mark.parametrize(
    "question",
    [
        month_against_the_same_month_last_year,
        visits_over_three_years,
        helpers_who_never_visited,
        left_behind_children_alone,
        two_villages_side_by_side,
    ],
)
def test_a_question_is_answered_within_three_clicks_from_the_overview(question, browser, served):
    asking = Asking(browser, served)
    question(asking)
    assert asking.clicks <= MOST
