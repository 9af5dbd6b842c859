"""The gate in front of everything: without a valid session no page, no websocket, no media, no upload, no metrics.

It is outside Streamlit (ASGI middleware), so a page that forgets to ask still shows nothing to a stranger.
"""

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from anyio import move_on_after, to_thread
from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from locales import _
from pages.access import rights
from pages.access.accounts import sessions
from pages.access.accounts.accounts import User
from pages.access.door.issued_urls import IssuedUrls
from pages.access.door.request_bodies import MOST_FILES, UPLOADS, Bodies, limit_body
from pages.access.forms import form_pages
from pages.access.forms.own_account import EVERYWHERE, PASSWORD
from pages.access.forms.sign_in import HEALTH, LOGIN, LOGOUT, SET_UP, language_of
from pages.access.openid import provider
from warehouse.storage import atomic_write, build_files

OPEN_PATHS = frozenset({LOGIN, HEALTH, SET_UP, provider.START, provider.BACK})
OWN_PATHS = frozenset({PASSWORD, EVERYWHERE, LOGOUT})  # all that a password given by somebody else opens
MEDIA = "/media/"
# A run of the page with no widget values: no callback fires, and the page finds that nobody is signed in.
BARE_RERUN = BackMsg(rerun_script=ClientState()).SerializeToString()
PROXY = "FORWARDED_ALLOW_IPS"  # uvicorn's own variable, which names the proxies whose word on a reader's address counts
MOST_SOCKETS = 12  # of one account, each of which may hold a message that is not whole yet (maxMessageSize in .streamlit/config.toml)
CHECKED_EVERY_SECONDS = 5  # an open page's session, while the reader does nothing

# What a page may say by its websocket. Streamlit takes other words as well, which any page could say for all: clear everybody's cache,
# run again at every change of the program, write its own helpers into the program's folder, tell of the repository.
WELCOME = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})


class Gate:
    """Lets through what carries a valid session; of the rest only the sign-in page and the sign of life."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.issued = IssuedUrls()
        self.bodies = Bodies(self.issued)
        self.sockets: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the session before anything behind the gate sees the request."""
        if PROXY not in os.environ and any(name == b"x-forwarded-for" for name, _value in scope.get("headers", ())):
            scope = {**scope, "client": ("127.0.0.1", 0)}  # what a client says of itself; the server listens on this machine only
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in OPEN_PATHS):
            return await self.app(scope, receive, send)
        token = form_pages.cookie_of(HTTPConnection(scope), sessions.COOKIE)
        user = await to_thread.run_sync(sessions.find, token)
        if not user or (scope["type"] == "websocket" and not _is_own_origin(scope)):
            return await _deny(scope, receive, send)
        self.issued.keep_while(token, _rights_of(user))
        if user.must_change and (scope["type"] == "websocket" or scope["path"] not in OWN_PATHS):
            return await _deny(scope, receive, send, PASSWORD)
        if scope["type"] == "websocket":
            if self.sockets[user.name] >= MOST_SOCKETS:
                return await _deny(scope, receive, send)
            self.sockets[user.name] += 1
            try:
                return await self.app(
                    self._strip_foreign_session(scope, token),
                    _check_messages(receive, token, user, self.issued),
                    self._record_issued_urls(send, token),
                )
            finally:
                self.sockets[user.name] -= 1
        await self._pass_on(scope, receive, send, user, token)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, user: User, token: str) -> None:
        """A request of somebody signed in: files of this session alone, bodies within their limits."""
        if scope["path"].startswith(MEDIA) and not self.issued.knows(token, scope["path"]):
            return await PlainTextResponse(_("没有这个文件，或它不属于这次登录。"), 404)(scope, receive, send)
        if scope["path"].startswith(UPLOADS) and not _is_own_origin(scope):
            return await PlainTextResponse(_("不接受来自其他网站的请求。"), 403)(scope, receive, send)
        if refused := self.bodies.unwelcome(scope, user, token):
            return await PlainTextResponse(refused.sentence, refused.status)(scope, receive, send)
        if _is_page(scope):
            if self.sockets[user.name] >= MOST_SOCKETS:
                sentence = _("这个账号同时打开的网页太多（{most} 个），请关掉几个再试。").format(most=MOST_SOCKETS)
                return await PlainTextResponse(sentence, 429)(scope, receive, send)
            await to_thread.run_sync(sessions.note_click, token)
            if (address := _page_address(scope, user)) != _with_query(scope["path"], scope):
                return await RedirectResponse(address, 303)(scope, receive, send)
        with self.bodies.on_its_way(scope, user.name):
            try:
                await self.app(scope, limit_body(scope, receive), send)
            except Exception as error:
                if not atomic_write.is_disk_full(error):
                    raise
                await PlainTextResponse(str(build_files.DiskFull()), 503)(scope, receive, send)

    def _record_issued_urls(self, send: Send, token: str) -> Send:
        """What a websocket sends, with a note of the files whose addresses it gives out and of the run it begins."""

        async def send_noted(message: Message) -> None:
            if content := message.get("bytes"):
                self.issued.note(token, content)
            await send(message)

        return send_noted

    def _strip_foreign_session(self, scope: Scope, token: str) -> Scope:
        """The handshake, without the wish to go on with a run that is not this session's (the third sub-protocol)."""
        protocols = [name.strip() for name in HTTPConnection(scope).headers.get("sec-websocket-protocol", "").split(",")]
        if len(protocols) < 3 or self.issued.knows_run(token, protocols[2]):
            return scope
        kept = [
            (name, ", ".join(protocols[:2]).encode() if name == b"sec-websocket-protocol" else value) for name, value in scope["headers"]
        ]
        return {**scope, "headers": kept, "subprotocols": protocols[:2]}


def _check_messages(receive: Receive, token: str, user: User, issued: IssuedUrls) -> Receive:
    """The messages of a websocket. When the session has ended or its rights have changed, the page runs again, asked or not, so that neither
    a click is acted on nor a script that still runs goes on telling what the reader may no longer see.

    A handshake is checked once but a websocket lives for hours. Closing it instead would leave the reader with
    Streamlit's "connection error"; so the page may say that the session is over. What no page of ours says is not passed on.
    """
    rights = _rights_of(user)

    async def receive_checked() -> Message:
        nonlocal rights
        while True:
            message: Message = {}
            with move_on_after(CHECKED_EVERY_SECONDS):
                message = await receive()
            if message and message["type"] != "websocket.receive":
                return message
            user = await to_thread.run_sync(sessions.find, token)
            former, rights = rights, _rights_of(user)
            if (not rights and message) or rights != former:
                issued.keep_while(token, rights)
                return {"type": "websocket.receive", "bytes": BARE_RERUN}
            request = _parse(message.get("bytes"))
            if message and _is_welcome(request, partial(issued.knows_deferred, token)):
                if request.WhichOneof("type") != "app_heartbeat" and not request.rerun_script.is_auto_rerun:  # a click, no page by itself
                    await to_thread.run_sync(sessions.note_click, token)
                return message

    return receive_checked


def _rights_of(user: User | None) -> tuple[str, tuple[str, ...]] | None:
    """Return what a session may be shown; None: nothing, or nothing before its password is changed."""
    return (user.role, user.scope) if user and not user.must_change else None


def _parse(content: bytes | None) -> BackMsg:
    """Read what a page says; what is no message says nothing."""
    try:
        return BackMsg.FromString(content or b"")
    except DecodeError:
        return BackMsg()


def _is_welcome(message: BackMsg, is_offered: Callable[[str], bool]) -> bool:
    """Whether the server should hear it; `is_offered` tells whether a file made at the click was offered to this session."""
    if message.WhichOneof("type") != "backend_operation_request":
        return message.WhichOneof("type") in WELCOME and len(message.file_urls_request.file_names) <= MOST_FILES
    request = message.backend_operation_request
    return request.WhichOneof("payload") == "deferred_file" and is_offered(request.deferred_file.file_id)


async def _deny(scope: Scope, receive: Receive, send: Send, to: str = LOGIN) -> None:
    """Close a websocket before it opens (1008: policy); show a reader the page to go to first, which remembers the page asked for, also
    where a form is sent when its session has ended; answer programs with 401.
    """
    if scope["type"] == "websocket":
        await receive()  # the handshake must be taken before it can be refused
        await send({"type": "websocket.close", "code": 1008, "reason": "not let in"})
        return
    is_own = scope["path"] in OWN_PATHS
    if not (_is_page(scope) or (is_own and scope["method"] == "POST")):
        return await PlainTextResponse(f"first go to {to}", 401)(scope, receive, send)
    target = HTTPConnection(scope).query_params.get("next", "/") if is_own else _with_query(scope["path"], scope)
    address = to if target == "/" else f"{to}?next={quote(target, safe='/')}"
    await RedirectResponse(address, 303)(scope, receive, send)


def _with_query(path: str, scope: Scope) -> str:
    return path + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")


def _page_address(scope: Scope, user: User) -> str:
    """The address of a page as Streamlit and the page itself have it: the reader's first page without its name, and with the language.

    A language that the page adds to its link would be an entry of its own in the browser's history.
    """
    mine, name, query = rights.allowed(user, "pages"), scope["path"].removeprefix("/"), scope["query_string"].decode("latin-1")
    if not mine or name not in ("", *mine):
        return _with_query(scope["path"], scope)
    if not any(part.startswith("lang=") for part in query.split("&")):
        query = "&".join(part for part in (query, f"lang={language_of(HTTPConnection(scope).cookies)}") if part)
    return f"/{'' if name == mine[0] else name}?{query}"


def _is_own_origin(scope: Scope) -> bool:
    """Whether a browser says that our own page sends this; a program says nothing, and no other site can make it.

    Streamlit takes other ports of this machine for its own, and asks a host on the internet which address it has.
    """
    headers = HTTPConnection(scope).headers
    origin = headers.get("origin")
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    return origin is None or origin == f"{scheme}://{headers.get('host')}"


def _is_page(scope: Scope) -> bool:
    """Whether a person's browser asks for a page (and not for a script, a picture, a poll)."""
    headers = HTTPConnection(scope).headers
    wants_html = "text/html" in headers.get("accept", "") or scope["path"] == "/"
    return scope["method"] in ("GET", "HEAD") and wants_html and headers.get("sec-fetch-dest", "document") == "document"
