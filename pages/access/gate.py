"""The gate in front of everything: without a valid session no page, no websocket, no media, no upload, no metrics.

It stands outside Streamlit (ASGI middleware), so a page that forgets to ask still shows nothing to a stranger.
"""

from __future__ import annotations

from urllib.parse import quote

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from pages.access import sessions
from pages.access.signin import HEALTH, LOGIN, LOGOUT

OPEN_PATHS = frozenset({LOGIN, HEALTH})
# A run of the page with no widget values: no callback fires, and the page finds that nobody is signed in.
BARE_RERUN = BackMsg(rerun_script=ClientState()).SerializeToString()


class Gate:
    """Lets through what carries a valid session; of the rest only the sign-in page and the sign of life."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the session before anything behind the gate sees the request."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in OPEN_PATHS):
            return await self.app(scope, receive, send)
        token = HTTPConnection(scope).cookies.get(sessions.COOKIE)
        if not await to_thread.run_sync(sessions.find, token):
            return await _turn_away(scope, receive, send)
        if scope["type"] == "websocket":
            return await self.app(scope, _watched(receive, str(token)), send)
        if _is_page(scope):
            await to_thread.run_sync(sessions.note_click, str(token))
        return await self.app(scope, receive, send)


def _watched(receive: Receive, token: str) -> Receive:
    """The messages of a websocket; after the session's end each becomes a bare rerun, so nothing is acted on.

    A handshake is checked once but a websocket lives for hours. Closing it instead would leave the reader with
    Streamlit's "connection error"; so the page may say that the session is over.
    """

    async def receive_checked() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        if not await to_thread.run_sync(sessions.find, token):
            return {"type": "websocket.receive", "bytes": BARE_RERUN}
        await to_thread.run_sync(sessions.note_click, token)
        return message

    return receive_checked


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    """Close a websocket before it opens (1008: policy); show a reader the sign-in page; answer programs with 401."""
    if scope["type"] == "websocket":
        await receive()  # the handshake must be taken before it can be refused
        await send({"type": "websocket.close", "code": 1008, "reason": "sign in first"})
        return
    await _answer(scope)(scope, receive, send)


def _answer(scope: Scope) -> Response:
    """A redirect that remembers the page asked for, or a plain 401."""
    if not _is_page(scope):
        return PlainTextResponse("sign in first: " + LOGIN, 401)
    asked = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
    plain = asked in ("/", LOGOUT)
    return RedirectResponse(LOGIN if plain else f"{LOGIN}?next={quote(asked, safe='/')}", 303)


def _is_page(scope: Scope) -> bool:
    """Whether a person's browser asks for a page (and not for a script, a picture, a poll)."""
    headers = HTTPConnection(scope).headers
    wants_html = "text/html" in headers.get("accept", "") or scope["path"] == "/"
    return scope["method"] in ("GET", "HEAD") and wants_html and headers.get("sec-fetch-dest", "document") == "document"
