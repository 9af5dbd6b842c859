"""The sign-in page: one form, rendered on the server, without scripts and without a file from anywhere else.

It guards its form with a token that must come back both in a cookie and in the form (double submit), answers an unknown
name as slowly and in the same words as a wrong password, and lets the next try wait longer after each failure.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlencode, urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from locales import LANGUAGES, _, language, nearest, use_language
from pages.access import accounts, failures, sessions
from warehouse import audit, builds

LOGIN, LOGOUT, HEALTH = "/auth/login", "/auth/logout", "/auth/health"
FORM_COOKIE, LANGUAGE_COOKIE = "tongxing_form", "tongxing_language"
LONGEST_BODY = 16 * 1024
_NO_PAGES = ("/auth/", "/_stcore/", "/media/", "/static/", "/component/")
_PAGE = Template((Path(__file__).parent / "signin.html").read_text(encoding="utf-8"))
_LOG = logging.getLogger("tongxing.access")


@dataclass(frozen=True)
class Refusal:
    """Why a sign-in was not accepted: HTTP status, sentence, seconds until the next try counts."""

    status: int
    sentence: str
    wait: int = 0


def language_of(cookies: Mapping[str, str]) -> str:
    """The language chosen at sign-in, from the cookies of the request; Chinese when none was."""
    return nearest(cookies.get(LANGUAGE_COOKIE, ""))


def safe_next(target: str | None) -> str:
    """`target` when it is a page of this house, else "/": no other host or scheme, no control characters."""
    text = target or "/"
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable() or len(text) > 1000:
        return "/"
    parts = urlsplit(text)
    return "/" if parts.scheme or parts.netloc or parts.path.startswith(_NO_PAGES) else text


async def login(request: Request) -> Response:
    """GET shows the form, POST signs in and goes on to the page asked for."""
    name = request.query_params.get("lang")
    use_language(nearest(name) if name else language_of(request.cookies))
    if request.method == "POST":
        return await _sign_in(request)
    target = safe_next(request.query_params.get("next"))
    user = await to_thread.run_sync(sessions.find, request.cookies.get(sessions.COOKIE))
    if user and not name:
        return RedirectResponse(target, 303)
    response = _form(request, target)
    if name:
        response.set_cookie(LANGUAGE_COOKIE, nearest(name), max_age=365 * 86400, **_cookie_terms(request))
    return response


async def logout(request: Request) -> Response:
    """End the session in the store and in the browser. A link on another site cannot sign anyone out."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return RedirectResponse("/", 303)
    await to_thread.run_sync(_end, request.cookies.get(sessions.COOKIE), _address(request))
    response = RedirectResponse(LOGIN, 303)
    response.delete_cookie(sessions.COOKIE, **_cookie_terms(request))
    return response


async def health(request: Request) -> Response:
    """Says that the door stands, and nothing else."""
    return PlainTextResponse("ok")


ROUTES = [
    Route(LOGIN, login, methods=["GET", "POST"]),
    Route(LOGOUT, logout, methods=["GET", "POST"]),
    Route(HEALTH, health, methods=["GET"]),
]


async def _sign_in(request: Request) -> Response:
    """Check the form, the wait and the password, in this order; on success start a session under a new token."""
    fields = await _fields(request)
    if fields is None:
        return PlainTextResponse(_("表单过大"), 413)
    target, name = safe_next(fields.get("next")), fields.get("name", "")
    refusal = await to_thread.run_sync(_refusal, request.cookies.get(FORM_COOKIE, ""), fields, _address(request))
    if refusal:
        return _form(request, target, name, refusal)
    await to_thread.run_sync(sessions.end, request.cookies.get(sessions.COOKIE))
    token = await to_thread.run_sync(sessions.start, name)
    response = RedirectResponse(target, 303)
    response.set_cookie(sessions.COOKIE, token, **_cookie_terms(request))
    response.delete_cookie(FORM_COOKIE, **_cookie_terms(request))
    return response


def _refusal(form_cookie: str, fields: Mapping[str, str], address: str) -> Refusal | None:
    """Why these fields do not sign anyone in; None when they do. Runs in a thread: a hash takes 50 ms and more.

    What came of a password that was looked at is in the audit trail before anyone is told.
    """
    name, password = fields.get("name", ""), fields.get("password", "")
    if not form_cookie or not hmac.compare_digest(form_cookie.encode(), fields.get("form_token", "").encode()):
        return Refusal(403, _("页面已过期，请再次登录"))
    if wait := failures.attempt(name):
        return Refusal(429, _("连续输错，请 {seconds} 秒后再试").format(seconds=wait), wait)
    is_right = accounts.matches(name, password)
    try:
        _record(name, is_right, address)
    except audit.NotRecorded:
        return Refusal(503, _("现在不能登录：登录记录写不进去，请联系管理员。"))
    if not is_right:
        _LOG.warning("sign-in refused")  # without the name: people type passwords into the wrong field
        return Refusal(401, _("账号或密码不对"))
    failures.forget(name)
    return None


def _record(name: str, is_right: bool, address: str) -> None:
    """Write a sign-in to the audit trail, or a refused one without the name typed: people type passwords into the wrong field."""
    account = accounts.find(name)
    if is_right and account:
        audit.record(builds.home(), "sign_in", account.name, account.role, address)
    else:
        audit.record(builds.home(), "sign_in_refused", audit.NOBODY, "", address, {"name_known": "yes" if account else "no"})


def _end(token: str | None, address: str) -> None:
    """End a session. One that cannot be recorded ends all the same: staying signed in would be the greater harm."""
    if user := sessions.find(token):
        with suppress(audit.NotRecorded):
            audit.record(builds.home(), "sign_out", user.name, user.role, address)
    sessions.end(token)


def _address(request: Request) -> str:
    """Where a request comes from; behind a reverse proxy the server reads it from the proxy's headers."""
    return request.client.host if request.client else audit.NOBODY


async def _fields(request: Request) -> dict[str, str] | None:
    """The form's fields, the first of each name; None when the body is larger than any sign-in form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    text = body.decode("utf-8", errors="replace")
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True, max_num_fields=20).items()}


def _form(request: Request, target: str, name: str = "", refusal: Refusal | None = None) -> Response:
    """The page with a fresh form token, in the language in force."""
    form_token = secrets.token_urlsafe(32)
    text = _PAGE.substitute(_words(target, name, refusal.sentence if refusal else "", form_token))
    response = HTMLResponse(text, refusal.status if refusal else 200)
    response.set_cookie(FORM_COOKIE, form_token, **_cookie_terms(request))
    if refusal and refusal.wait:
        response.headers["Retry-After"] = str(refusal.wait)
    return response


def _words(target: str, name: str, alert: str, form_token: str) -> dict[str, str]:
    """What the template shows, every value escaped."""
    other = next(each for each in LANGUAGES if each != language())
    words = {
        "html_language": language().replace("_", "-"),
        "title": _("同行·关爱儿童结对看板"),
        "purpose": _("请用本镇分配给您本人的账号登录，不要与他人共用。"),
        "alert": alert,
        "form_token": form_token,
        "next_page": target,
        "name_label": _("账号"),
        "name": accounts.plain(name),
        "password_label": _("密码"),
        "button": _("登录"),
        "help": _("忘记密码请联系管理员。"),
        "other_address": f"{LOGIN}?{urlencode({'lang': other, 'next': target})}",
        "other_html_language": other.replace("_", "-"),
        "other_language": {"en": "English", "zh_CN": "中文"}[other],
    }
    return {field: escape(value, quote=True) for field, value in words.items()}


def _cookie_terms(request: Request) -> dict:
    """How each cookie is set: not for scripts, not from other sites, and over HTTPS only where there is HTTPS."""
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": request.url.scheme == "https"}
