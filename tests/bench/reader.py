"""A reader without a browser: signs in, opens pages and changes their filters over Streamlit's own websocket.

It says what the browser says (address, page, all values of widgets, which messages it still holds) and waits for the end of the
script; it draws nothing, so thirty of them leave the machine to the server.
"""

from __future__ import annotations

import http.cookiejar
import re
import time
import urllib.parse
import urllib.request
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect


def signed_in(address: str, name: str, password: str) -> str:
    """The cookies of an account, as a header; one sign-in serves many readers. `address` is http://host:port."""
    jar = http.cookiejar.CookieJar()
    opened = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = opened.open(f"{address}/auth/login").read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)) | {"name": name, "password": password}
    opened.open(f"{address}/auth/login", urllib.parse.urlencode(fields).encode()).read()
    told = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    assert "tongxing_session" in told, f"{name} is not signed in"
    return told


class Reader:
    """One tab: `await reader.open(page)`, then `await reader.choose(as_of=…)`; each returns the seconds until the script's end."""

    def __init__(self, address: str, cookies: str) -> None:
        self.address, self.cookies = address.replace("http", "ws", 1), cookies
        self.asked: dict[str, str] = {}
        self.pages: dict[str, str] = {}  # by name: the hash that Streamlit knows a page by
        self.page, self.received = "", 0
        self.texts: list[str] = []
        self._ids: dict[str, str] = {}
        self._values: dict[str, list[str] | str] = {}
        self._held: set[str] = set()

    async def __aenter__(self) -> Reader:
        """Open the websocket."""
        self._socket = await connect(
            f"{self.address}/_stcore/stream", additional_headers={"Cookie": self.cookies}, subprotocols=["streamlit"], max_size=None
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave."""
        await self._socket.close()

    async def open(self, page: str, **asked: str) -> float:
        """Open a page by its name, as a link does; what an earlier page was asked for besides the filters is gone."""
        kept = {name: value for name, value in self.asked.items() if name in ("as_of", "village", "lang")}
        self.asked, self.page = kept | asked, page
        return await self._run()

    async def choose(self, **chosen: str) -> float:
        """Change filters by the keys of their widgets."""
        for key, value in chosen.items():
            assert key in self._ids, f"{self.page} has no widget {key}"
            self._values[self._ids[key]] = [value] if key == "as_of" else value
            self.asked[key] = value
        return await self._run()

    async def again(self) -> float:
        """Run the page once more as it is."""
        return await self._run()

    async def _run(self) -> float:
        """Ask for a run and take in its messages until the end."""
        start = time.perf_counter()
        await self._socket.send(self._wish().SerializeToString())
        self.texts = []
        while True:
            content = await self._socket.recv()
            self.received += len(content)
            message = ForwardMsg.FromString(content)
            self._take(message)
            # A run that stopped to run again is not the end of the reader's wait.
            if message.WhichOneof("type") == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return time.perf_counter() - start

    def _wish(self) -> BackMsg:
        """What the browser says to have the script run."""
        wish = BackMsg()
        state = wish.rerun_script
        state.query_string = urllib.parse.urlencode(self.asked)
        state.page_script_hash = self.pages.get(self.page, "")
        state.page_name = "" if state.page_script_hash else self.page
        state.cached_message_hashes.extend(self._held)
        state.context_info.timezone, state.context_info.locale = "Asia/Shanghai", "zh-CN"
        for widget, value in self._values.items():
            state.widget_states.widgets.append(_state(widget, value))
        return wish

    def _take(self, message: ForwardMsg) -> None:
        """Keep what the next wish needs: the pages, the widgets, and which large messages need not come again."""
        if message.metadata.cacheable:
            self._held.add(message.hash)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            told = getattr(element, str(element.WhichOneof("type")))
            self.texts.append(getattr(told, "body", ""))
            if element.WhichOneof("type") in ("date_input", "selectbox"):
                self._ids[told.id.rpartition("-")[2]] = told.id


def _state(widget: str, value: list[str] | str) -> WidgetState:
    """A widget's value as the browser sends it."""
    state = WidgetState(id=widget)
    if isinstance(value, str):
        state.string_value = value
    else:
        state.string_array_value.data.extend(value)
    return state
