"""A reader's tab in Chromium: signed in, with everything it asked for and every error its console told."""

import re
from typing import ClassVar

from pages.access import LANGUAGE_COOKIE

POLLING = 100  # milliseconds; the default asks at every frame, and drawing frames is what costs time without a graphics card
# Set before any script of the page runs: nothing moves, for without a graphics card each frame costs; when the page changed last, for
# `settle`; its websocket, for `open_address`.
WATCH = """
    const still = new CSSStyleSheet();
    still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
    document.adoptedStyleSheets.push(still);
    window.changedAt = performance.now();
    const noteChange = () => { window.changedAt = performance.now() };
    new MutationObserver(noteChange).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
    const Socket = window.WebSocket;
    window.sockets = [];
    window.WebSocket = class extends Socket {
        constructor(address, protocols) {  // the third protocol is the session that the tab had before
            super(address, window.beginsAnew ? protocols.slice(0, 2) : protocols);
            window.sockets.push(this);
            this.addEventListener('message', () => { noteChange(); window.isAnswered = true });
        }
    };
"""
# The script has run, the title is there, nothing has changed for a moment, all parts are loaded, drawn in full, in the link's language.
IS_STILL = """() => document.querySelector('h1') && document.querySelector('[data-test-script-state=notRunning]')
    && performance.now() - window.changedAt > 250 && !document.querySelector('[data-testid$=Skeleton]')
    && document.documentElement.lang.replace('-', '_') === (new URLSearchParams(location.search).get('lang') ?? 'zh_CN')
    && [...document.querySelectorAll('[data-testid=stElementContainer]')].every(e => getComputedStyle(e).opacity === '1')"""
# Ends the session on the server and begins another on the page that a link names, without loading the program's files again.
BEGIN_ANEW = "() => { window.beginsAnew = true; window.sockets.at(-1).close() }"
HAS_BEGUN = "count => window.sockets.length > count && document.querySelector('[data-test-connection-state=CONNECTED]')"
FOLLOW = """path => {
    window.isAnswered = false;
    history.pushState({}, '', path);
    dispatchEvent(new PopStateEvent('popstate', {state: {}}));
}"""


def open_address(page, address, path):
    """Open a page by its address: a session of its own, as if typed into the tab, but the program's files are loaded once.

    The tab loads everything where it shows another server or the same page already.
    """
    here = re.fullmatch(re.escape(address) + r"/(\w*)(?:\?.*)?", page.url)
    if here is None or here[1] == path.partition("?")[0] or not page.evaluate("!!window.sockets?.length"):
        page.goto(f"{address}/{path}")
    else:
        count = page.evaluate("window.sockets.length")
        page.evaluate(BEGIN_ANEW)
        page.wait_for_function(HAS_BEGUN, arg=count, polling=POLLING)
        follow(page, path)


def follow(page, path):
    """Open a page in the session that the tab has, as back and forward do."""
    page.evaluate(FOLLOW, f"/{path}")
    page.wait_for_function("window.isAnswered", polling=POLLING)


class Visit:
    """A reader in the one tab of all: with the session of their role, but for those who begin `anew`.

    A browser's second context loads and draws everything once more, seconds of processor time; cookies tell readers apart.
    """

    tab: ClassVar[tuple | None] = None  # its page, with what it asked for and its errors
    shown: ClassVar[tuple | None] = None  # the server and role that it shows
    cookies: ClassVar[dict] = {}  # of each server and role that signed in

    def __init__(self, browser, served, role="centre", width=1440, height=1700, path="", scheme="light", anew=False):
        self.address, password = served
        Visit.tab = Visit.tab or self._new_tab(browser)
        self.page, self.asked, self.errors = Visit.tab
        reader, before = None if anew else (self.address, role), Visit.shown
        Visit.shown = reader
        if not self.page.url.startswith(f"{self.address}/"):
            self.page.goto("about:blank")  # the page of a server that may have ended asks it no more
        self.asked.clear()
        self.errors.clear()
        context = self.page.context
        context.clear_cookies()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(media="screen", color_scheme=scheme)
        if reader not in self.cookies:
            self._sign_in(role, password, path)
        else:
            context.add_cookies(self.cookies[reader])
            if reader != before:
                self.page.goto(f"{self.address}/{path}")
                self.settle()
            else:
                self.go_to(path)
        if reader:
            self.cookies[reader] = [cookie for cookie in context.cookies() if cookie["name"] != LANGUAGE_COOKIE]

    @staticmethod
    def _new_tab(browser):
        """Return a page of a context of its own, with the lists of what it asks for and of its errors."""
        context = browser.new_context(locale="zh-CN")
        context.add_init_script(WATCH)
        context.set_default_timeout(90_000)  # of a machine with much else to do
        page, asked, errors = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: errors.append(message.text) if is_error(message) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page, asked, errors

    @classmethod
    def forget(cls):
        """Forget the tab of a browser that ends."""
        cls.tab = cls.shown = None
        cls.cookies.clear()

    def _sign_in(self, role, password, path):
        """Ask for a page, which the door gives after the sign-in."""
        self.page.goto(f"{self.address}/{path}")
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")  # of who was here before
        self.page.fill("input[name=name]", role)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.settle()

    def go_to(self, path):
        """Open a page by its address, in Chinese if that does not say otherwise."""
        open_address(self.page, self.address, path)
        self.settle()

    def turn_to(self, path):
        """Open a page in the same session."""
        follow(self.page, path)
        self.settle()

    def settle(self):
        """Wait until the page stands (IS_STILL)."""
        self.page.wait_for_function(IS_STILL, polling=POLLING)

    def outside(self):
        """Requests that would leave this machine."""
        return [url for url in self.asked if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", url)]


def is_error(message):
    """Whether a console tells an error. Of an address deep in the program Streamlit's page asks for its files there first, in vain.

    None is that a page would have run again in the moment in which BEGIN_ANEW had closed its session.
    """
    is_of_closing = "when disconnected from server" in message.text
    return message.type == "error" and not is_of_closing and not re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
