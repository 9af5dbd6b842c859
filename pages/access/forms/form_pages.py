"""What the server-rendered forms of the door share: the page around them, the token they must bring back, their cookies.

Each form holds a token that must come back in a cookie as well (double submit); another site knows neither.
"""

import hmac
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from locales import _, either, language
from pages.access.accounts import sessions

FORM_COOKIE = "tongxing_form"
LONGEST_BODY = 16 * 1024


@dataclass(frozen=True)
class Refusal:
    """Why a form or an upload was not accepted: HTTP status, sentence, seconds until the next try counts."""

    status: int
    sentence: str
    wait: int = 0


def template(name: str) -> Template:
    """A page's own part, out of the file beside this one."""
    return Template((Path(__file__).parent / name).read_text(encoding="utf-8"))


def words(form: str) -> dict[str, str]:
    """The words of a form in the reader's language, out of forms.toml."""
    return {place: either(*pair) for place, pair in _WORDS[form].items()}


_AROUND = template("page.html")
_WORDS: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("forms.toml").read_text("utf-8"))


async def fields_of(request: Request) -> dict[str, str] | None:
    """The form's fields, the first of each name; None when the body is larger, or has more fields, than any form of the door."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    try:
        fields = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True, max_num_fields=20)
    except ValueError:  # more fields
        return None
    return {name: values[0] for name, values in fields.items()}


def token_refusal(request: Request, fields: Mapping[str, str]) -> Refusal | None:
    """The refusal of a form that does not bring back the token it was given; None for one that does."""
    form_token = cookie_of(request, FORM_COOKIE)
    if form_token and hmac.compare_digest(form_token.encode(), fields.get("form_token", "").encode()):
        return None
    return Refusal(403, _("页面已过期，请再次提交"))


def render(request: Request, inside: Template, words: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    """The page with these words, every one escaped, and a fresh form token."""
    form_token = secrets.token_urlsafe(32)
    alert = refusal.sentence if refusal else ""
    fields = {**words, "alert": alert, "form_token": form_token, "html_language": language().replace("_", "-")}
    safe = {field: escape(value, quote=True) for field, value in fields.items()}
    text = _AROUND.substitute(safe, inside=inside.substitute(safe))
    response = HTMLResponse(text, refusal.status if refusal else 200)
    set_cookie(request, response, FORM_COOKIE, form_token)
    if refusal and refusal.wait:
        response.headers["Retry-After"] = str(refusal.wait)
    return response


def is_https(connection: HTTPConnection) -> bool:
    """Whether the reader's side of the connection is HTTPS; the server takes a proxy's word from this machine only."""
    return connection.scope["scheme"] in ("https", "wss")


def cookie_of(connection: HTTPConnection, name: str) -> str:
    """A cookie of ours as it was set over this scheme; empty when there is none."""
    return connection.cookies.get(_cookie_name(connection, name), "")


def set_cookie(request: Request, response: Response, name: str, value: str, max_age: int | None = None) -> None:
    """Set a cookie of ours: not for scripts, not from other sites, under HTTPS for this very host and over HTTPS alone."""
    response.set_cookie(_cookie_name(request, name), value, max_age=max_age, **_terms(request))


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie of ours back."""
    response.delete_cookie(_cookie_name(request, name), **_terms(request))


def _cookie_name(connection: HTTPConnection, name: str) -> str:
    return sessions.HOST_PREFIX + name if is_https(connection) else name


def _terms(request: Request) -> dict[str, Any]:
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": is_https(request)}
