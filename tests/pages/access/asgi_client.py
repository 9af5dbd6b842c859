"""One request to an ASGI app and its answer, without a server and without a client library."""

import asyncio
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode


@dataclass
class Answer:
    """What came back: `sent` holds every ASGI message, in order."""

    sent: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return next(message["status"] for message in self.sent if message["type"] == "http.response.start")

    @property
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name; the last of each."""
        start = next(message for message in self.sent if message["type"] == "http.response.start")
        return {name.decode().lower(): value.decode() for name, value in start["headers"]}

    @property
    def cookies(self) -> SimpleCookie:
        """The cookies set."""
        jar: SimpleCookie = SimpleCookie()
        for message in self.sent:
            for name, value in message.get("headers", []):
                if name.lower() == b"set-cookie":
                    jar.load(value.decode())
        return jar

    @property
    def text(self) -> str:
        """The body."""
        return b"".join(message.get("body", b"") for message in self.sent).decode()


def ask(app: Any, path: str, method: str = "GET", form: dict | None = None, scheme: str = "http", **headers: str) -> Answer:
    """Send one HTTP request; `path` may hold a query, header names are written with _ for -."""
    return asyncio.run(answer_to(app, path, method, form, scheme, **headers))


async def answer_to(app: Any, path: str, method: str = "GET", form: dict | None = None, scheme: str = "http", **headers: str) -> Answer:
    """Send one HTTP request as `ask` does, beside others."""
    where, _mark, query = path.partition("?")
    body = urlencode(form or {}).encode()
    scope = _scope("http", where, headers) | {"method": method, "scheme": scheme, "query_string": query.encode("latin-1")}
    return await _answer(app, scope, [{"type": "http.request", "body": body, "more_body": False}])


def connect(app: Any, path: str, frames: list[bytes | float], **headers: str) -> Answer:
    """Open a websocket and send these frames; a number is a wait of so many seconds, or until the app gives up waiting."""
    arriving = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "bytes": frame} for frame in frames)]
    scope = _scope("websocket", path, headers) | {"scheme": "ws", "query_string": b"", "subprotocols": []}
    return asyncio.run(_answer(app, scope, [*arriving, {"type": "websocket.disconnect", "code": 1000}]))


def _scope(kind: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    """`client` among the headers is where the request comes from."""
    client = {"client": (headers["client"], 50000)} if "client" in headers else {}
    named = {"host": "town.example", **{name.replace("_", "-"): value for name, value in headers.items() if name != "client"}}
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    return {"type": kind, "path": path, "raw_path": path.encode(), "root_path": "", "headers": pairs, "extensions": {}} | client


async def _answer(app: Any, scope: dict[str, Any], arriving: list[dict[str, Any]]) -> Answer:
    answer, waiting = Answer(), list(arriving)

    async def receive() -> dict[str, Any]:
        if isinstance(pause := waiting[0].get("bytes"), float):
            del waiting[0]
            await asyncio.sleep(pause)
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        answer.sent.append(dict(message))

    await app(scope, receive, send)
    return answer
