"""Headers on every answer: nothing may be fetched from elsewhere, framed elsewhere, or kept in the browser's cache."""

import tomllib
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FILE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
ALWAYS = {"Content-Security-Policy": "; ".join(_FILE["pages"]), **_FILE["always"]}
FILE_POLICY = "; ".join(_FILE["files"])
_SHOWN_IN_PAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/x-icon", "audio/", "video/", "font/")
HSTS = "max-age=31536000"


class SafeHeaders:
    """Adds the headers to every HTTP answer, the gate's own included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to what comes back."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _complete(headers, scope)
            await send(message)

        return await self.app(scope, receive, send_with_headers)


def _complete(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in ALWAYS.items():
        headers[name] = value
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = HSTS
        _make_secure(headers)
    if not scope["path"].startswith("/static/"):  # pages and exports show children; scripts do not
        headers["Cache-Control"] = "no-store"
        headers["Pragma"] = "no-cache"  # a proxy of HTTP/1.0 knows no other word
        headers.add_vary_header("Cookie")
    if scope["path"].startswith("/media/"):
        headers["Content-Security-Policy"] = FILE_POLICY
        if not headers.get("content-type", "").startswith(_SHOWN_IN_PAGES):
            headers.setdefault("Content-Disposition", "attachment")


def _make_secure(headers: MutableHeaders) -> None:
    """Keep every cookie off plain HTTP; Streamlit cannot know that a proxy speaks HTTPS for it."""
    for at, (name, value) in enumerate(headers.raw):
        if name.lower() == b"set-cookie" and b"; secure" not in value.lower():
            headers.raw[at] = (name, value + b"; Secure")
