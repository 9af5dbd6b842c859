"""The sign-in page: one form, rendered on the server, without scripts and without a file from anywhere else.

It guards its form with a token that must come back both in a cookie and in the form (double submit), answers an unknown
name as slowly and in the same words as a wrong password, and lets the next try wait longer after each failure.
"""

import logging
import re
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from locales import LANGUAGES, _, language, nearest, use_language
from pages.access.accounts import accounts, attempts, sessions
from pages.access.forms import form_pages, sign_in_limits
from pages.access.forms.form_pages import FORM_COOKIE, Refusal, fields_of
from pages.access.openid import provider as openid
from warehouse.audit import trail
from warehouse.settings.validation import WrongSetting
from warehouse.storage import build_files

LOGIN, LOGOUT, HEALTH = "/auth/login", "/auth/logout", "/auth/health"
SET_UP = "/auth/set-up"  # while there is no account
LANGUAGE_COOKIE = "tongxing_language"
A_YEAR = 365 * 86400  # seconds that the language is remembered
OLDEST = {"Chrome": 109, "Firefox": 115}  # browsers that the pages were tried with; Edge, 360 and Qaxbrowser say which Chrome they are
_NO_PAGES = ("/auth/", "/_stcore/", "/media/", "/static/", "/component/")
_PAGE, _ASKING = form_pages.template("sign_in.html"), form_pages.template("asking.html")
_LOG = logging.getLogger("tongxing.access")


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


def set_language(request: Request) -> str:
    """Use the language of the link, else of the cookie; returns the one that the link asks for, "" when it asks for none."""
    tag = request.query_params.get("lang")
    use_language(nearest(tag) if tag else language_of(request.cookies))
    return nearest(tag) if tag else ""


async def login(request: Request) -> Response:
    """GET shows the form, POST signs in and goes on to the page asked for."""
    chosen_language = set_language(request)
    if request.method == "POST":
        return await _sign_in(request)
    target = safe_next(request.query_params.get("next"))
    user = await to_thread.run_sync(sessions.find, form_pages.cookie_of(request, sessions.COOKIE))
    if user and not chosen_language:
        return RedirectResponse(target, 303)
    if not await to_thread.run_sync(accounts.every):
        return RedirectResponse(SET_UP, 303)
    response = form(request, target)
    if chosen_language:
        # Readable by the page, which keeps the choice at its own switch (pages/components/theme.py): it says nothing but a language.
        response.set_cookie(LANGUAGE_COOKIE, chosen_language, max_age=A_YEAR, samesite="lax", secure=form_pages.is_https(request))
    return response


async def logout(request: Request) -> Response:
    """End the session in the store and in the browser: at a click on our own page, else when a form of ours is sent.

    A link on another site signs nobody out. Browsers tell where a click comes from over HTTPS and on this machine only;
    where they do not, one button asks.
    """
    set_language(request)
    if request.method == "GET" and request.headers.get("sec-fetch-site") not in ("same-origin", "none"):
        return _ask_to_leave(request)
    if request.method == "POST" and (refusal := form_pages.token_refusal(request, await fields_of(request) or {})):
        return _ask_to_leave(request, refusal)
    await to_thread.run_sync(_end, form_pages.cookie_of(request, sessions.COOKIE), sign_in_limits.host_of(request))
    return to_sign_in(request)


def to_sign_in(request: Request) -> Response:
    """On to the sign-in page, without the cookie of a session that has ended."""
    response = RedirectResponse(LOGIN, 303)
    form_pages.drop_cookie(request, response, sessions.COOKIE)
    return response


def _ask_to_leave(request: Request, refusal: Refusal | None = None) -> Response:
    return form_pages.render(request, _ASKING, form_pages.words("leave") | {"action": LOGOUT}, refusal)


async def health(request: Request) -> Response:
    """Say that the server answers, and nothing else."""
    return PlainTextResponse("ok")


ROUTES = [
    Route(LOGIN, login, methods=["GET", "POST"]),
    Route(LOGOUT, logout, methods=["GET", "POST"]),
    Route(HEALTH, health, methods=["GET"]),
]


async def _sign_in(request: Request) -> Response:
    """Check the form, the wait and the password, in this order; on success start a session under a new token."""
    fields = await fields_of(request)
    if fields is None:
        return PlainTextResponse(_("表单过大"), 413)
    target, name = safe_next(fields.get("next")), fields.get("name", "")
    origin = sign_in_limits.origin_of(request)
    response = RedirectResponse(target, 303)
    try:
        refusal = form_pages.token_refusal(request, fields) or await sign_in_limits.hash_in_turn(
            name, origin, _refusal, fields, origin, sign_in_limits.host_of(request), *_ways(request)
        )
        if refusal:
            return form(request, target, name, refusal)
        await to_thread.run_sync(sessions.end, form_pages.cookie_of(request, sessions.COOKIE))
        await start_session(request, response, name)
    except sqlite3.OperationalError:  # a full or read-only disk, or another process that writes for long
        return form(request, target, name, Refusal(503, _("现在不能登录：服务器写不进登录记录，请过一会儿再试，或联系管理员。")))
    form_pages.drop_cookie(request, response, FORM_COOKIE)
    return response


async def start_session(request: Request, response: Response, name: str) -> None:
    """A new session for an account, and its browser is known from now on."""
    token = await to_thread.run_sync(sessions.start, name)
    form_pages.set_cookie(request, response, sessions.COOKIE, token)
    device = await to_thread.run_sync(attempts.remember_device, name, form_pages.cookie_of(request, attempts.DEVICE_COOKIE))
    form_pages.set_cookie(request, response, attempts.DEVICE_COOKIE, device, attempts.DEVICE_KEPT_SECONDS)


def _refusal(
    fields: Mapping[str, str], origin: sign_in_limits.Origin, address: str, by: openid.Provider | None = None, takes_passwords: bool = True
) -> Refusal | None:
    """Why these fields do not sign anyone in; None when they do. Runs in a thread: a hash takes 50 ms and more.

    What came of a password that was looked at is in the audit trail before it is answered.
    """
    name, password = fields.get("name", ""), fields.get("password", "")
    if not takes_passwords:
        return Refusal(403, _("这里只用统一登录；账号密码只能由管理员在服务器本机上使用。"))
    if wait := sign_in_limits.attempt(name, origin):
        return Refusal(429, _("尝试次数过多，请 {seconds} 秒后再试").format(seconds=wait), wait)
    is_right = accounts.matches(name, password)
    try:
        account = accounts.find(name)
        is_right = is_right and (not by or by.local_accounts or (account is not None and account.role == "admin"))
        if is_right and account:
            trail.record(build_files.home(), "sign_in", account.name, account.role, address)
        else:  # a name that no account bears is not written down: people type passwords into the wrong field
            about = {"account": account.name} if account else {"name_known": "no"}
            trail.record(build_files.home(), "sign_in_refused", trail.NOBODY, "", address, about)
    except trail.NotRecorded:
        return Refusal(503, _("现在不能登录：登录记录写不进去，请联系管理员。"))
    if not is_right:
        _LOG.warning("sign-in refused")  # without the name: people type passwords into the wrong field
        return Refusal(401, _("账号或密码不对"))
    sign_in_limits.forget(name, origin)
    return None


def _end(token: str | None, address: str) -> None:
    """End a session. One that cannot be recorded ends all the same: staying signed in would be the greater harm."""
    if user := sessions.find(token):
        with suppress(trail.NotRecorded):
            trail.record(build_files.home(), "sign_out", user.name, user.role, address)
    sessions.end(token)


def form(request: Request, target: str, name: str = "", refusal: Refusal | None = None) -> Response:
    """The sign-in page: the way to the provider where there is one, the password's form where it opens something."""
    by, takes_passwords = _ways(request)
    words = form_pages.words("sign_in") | other_language(LOGIN, next=target) | {"next_page": target, "name": accounts.plain(name)}
    words["old_browser"] = words["old_browser"].format(**OLDEST) if is_old(request.headers.get("user-agent", "")) else ""
    words |= {"openid_address": f"{openid.START}?{urlencode({'next': target})}", "openid_state": "" if by else "hidden"}
    return form_pages.render(request, _PAGE, words | {"local_state": "" if takes_passwords else "hidden"}, refusal)


def is_old(agent: str) -> bool:
    """Whether a browser says that it is older than those that the pages were tried with."""
    version = re.search(r"\b(Chrome|Firefox)/([0-9]{1,4})\b", agent)
    return "Trident/" in agent or "MSIE " in agent or (version is not None and int(version[2]) < OLDEST[version[1]])


def _ways(request: Request) -> tuple[openid.Provider | None, bool]:
    """Return the provider and whether a password from there may open something; what cannot be read opens nothing but on this machine."""
    try:
        by = openid.read(build_files.home())
    except WrongSetting:
        return None, sign_in_limits.is_local(request)
    return by, not by or by.local_accounts or sign_in_limits.is_local(request)


def other_language(address: str, **query: str) -> dict[str, str]:
    """The words of a form's link to itself in the other language."""
    other = next(each for each in LANGUAGES if each != language())
    return {
        "other_address": f"{address}?{urlencode({'lang': other} | query)}",
        "other_html_language": other.replace("_", "-"),
        "other_language": {"en": "English", "zh_CN": "中文"}[other],
    }
