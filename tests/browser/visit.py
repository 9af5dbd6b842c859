"""A reader's tab in Chromium: signed in, with everything it asked for and every error its console told."""

import re
from typing import ClassVar

from pages.access import LANGUAGE_COOKIE

POLLING = 100  # milliseconds; the default asks at every frame, and drawing frames is what costs time without a graphics card
# When the page changed last, for `settle`; set before any script of the page runs.
WATCH = """
    window.changedAt = performance.now();
    new MutationObserver(() => { window.changedAt = performance.now() })
        .observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""
IS_STILL = """() => document.querySelector('h1') && document.querySelector('[data-test-script-state=notRunning]')
    && performance.now() - window.changedAt > 250
    && !document.getAnimations().some(animation => animation instanceof CSSTransition)"""


class Visit:
    """One reader's tab. Readers of a role share a session and what the browser has loaded, but for those who begin `anew`."""

    contexts: ClassVar[dict] = {}  # of each server and role: its browser context, signed in
    open_pages: ClassVar[list] = []  # closed at the end of each test

    def __init__(self, browser, served, role="centre", width=1440, height=1700, path="", scheme="light", anew=False):
        self.address, password = served
        context = None if anew else self.contexts.get((self.address, role))
        if context is None:
            context = browser.new_context(locale="zh-CN")
            context.add_init_script(WATCH)
            context.set_default_timeout(90_000)  # of a machine with much else to do
            self._sign_in(context, role, password)
            if not anew:
                self.contexts[self.address, role] = context
        context.clear_cookies(name=LANGUAGE_COOKIE)
        self.page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme)
        self.open_pages.append(self.page)
        self.asked, self.errors = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.go_to(path)

    @classmethod
    def close_all(cls):
        """Close the pages that are open, and what began anew for them."""
        while cls.open_pages:
            page = cls.open_pages.pop()
            (page if page.context in cls.contexts.values() else page.context).close()

    def _sign_in(self, context, role, password):
        page = context.new_page()
        page.goto(self.address)
        page.fill("input[name=name]", role)
        page.fill("input[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_selector("[data-testid=stApp]")
        page.close()

    def _heard(self, message):
        """Note an error of the console. Of an address deep in the program Streamlit's page asks for its files there first, in vain."""
        if message.type == "error" and not re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"]):
            self.errors.append(message.text)

    def go_to(self, path):
        """Open a page by its address, in Chinese if that does not say otherwise."""
        self.page.goto(f"{self.address}/{path}")
        self.settle()

    def settle(self):
        """Wait until the script has run, the title is there, nothing has changed for a moment and nothing fades any more."""
        self.page.wait_for_function(IS_STILL, polling=POLLING)
        self.page.wait_for_timeout(1000)  # Streamlit fades what is new and sets the language a little later
        self.page.wait_for_function(IS_STILL, polling=POLLING)

    def outside(self):
        """Requests that would leave this machine."""
        return [url for url in self.asked if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", url)]
