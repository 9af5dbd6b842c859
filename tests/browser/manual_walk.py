"""A reader's tab that walks through a task of a manual and takes pictures on the way, where it is given a folder for them."""

import re
from pathlib import Path

from tests.browser.visit import Visit

WIDTH, HEIGHT = 1280, 900


def in_menu(title):
    """A page's name in the menu, which may have a count of what waits behind it."""
    return re.compile(rf"^{re.escape(title)}( · \d+)?$")


class Walk(Visit):
    """A reader's tab that may take pictures, into a folder, of what it sees."""

    def __init__(self, browser, served, role, folder: Path | None = None):
        self.role, self.folder, self.taken = role, folder, []
        super().__init__(browser, served, role, WIDTH, HEIGHT)

    def go(self, title):
        """Open a page by its name in the menu."""
        self.page.get_by_test_id("stSidebar").get_by_role("link", name=in_menu(title)).click()
        self.page.wait_for_function("title => document.querySelector('h1')?.innerText.trim() === title", arg=title)
        self.settle()

    def picture(self, topic, height=HEIGHT, at=None):
        """The picture of the manual about a topic: the window, or from an element `at` on."""
        self.taken.append(f"{self.role}-{topic}")
        if self.folder is None:
            return
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        if at is not None:
            at.evaluate("element => element.scrollIntoView({block: 'start'})")
        self.page.mouse.move(0, 0)
        self.page.wait_for_timeout(1200)
        self.page.screenshot(path=self.folder / f"{self.taken[-1]}.png")
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def says(self, text):
        """Wait until a text stands on the page."""
        self.page.get_by_text(text).first.wait_for(timeout=120_000)

    def press(self, name):
        """Press a button."""
        self.page.get_by_role("button", name=name).first.click(timeout=60_000)

    def publish(self):
        """Confirm what the preview asks first, where it asks anything, and publish."""
        publish = self.page.get_by_role("button", name="发布", exact=True)
        publish.wait_for(timeout=120_000)
        self.settle()  # what the preview asks and the button stand
        if publish.is_disabled():
            self.page.get_by_text("以上变化我已核对").click()
            self.settle()
        publish.click(timeout=60_000)

    def fetched(self, name):
        """The bytes that a download button gives, with the file's name."""
        with self.page.expect_download(timeout=120_000) as waiting:
            self.press(name)
        return Path(waiting.value.path()).read_bytes(), waiting.value.suggested_filename
