"""Signing in by the town's provider: off to it with an attempt that this browser keeps, and back with a code that proves who somebody is.

What follows is as after a password: an account with role and villages (taken again each time), a session, an entry in the trail.
"""

import hmac
import logging
import sqlite3
from collections.abc import Callable, Mapping

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from locales import _
from pages.access.accounts import accounts, sessions
from pages.access.forms import form_pages, sign_in, sign_in_limits
from pages.access.forms.form_pages import Refusal
from pages.access.openid import client, provider
from pages.access.openid.client import Attempt
from warehouse.audit import trail
from warehouse.settings.validation import WrongSetting
from warehouse.storage import build_files

COOKIE = "tongxing_openid"
_TURN = "openid"  # a provider that hangs keeps nobody from signing in by password
_LOG = logging.getLogger("tongxing.access")


async def start(request: Request) -> Response:
    """Send the browser to the provider, with an attempt of its own in a cookie."""
    sign_in.set_language(request)
    attempt = Attempt(sign_in.safe_next(request.query_params.get("next")))
    address = await sign_in_limits.in_turn(_TURN, _by_provider, client.sign_in_address, attempt)
    if isinstance(address, Refusal):
        return sign_in.form(request, attempt.target, refusal=address)
    response = RedirectResponse(address, 303)
    form_pages.set_cookie(request, response, COOKIE, attempt.cookie(), client.KEPT_SECONDS)
    return response


async def back(request: Request) -> Response:
    """Take the code that the provider sends, once and from the browser that began alone; on success start a session."""
    sign_in.set_language(request)
    query, attempt = request.query_params, Attempt.of_cookie(form_pages.cookie_of(request, COOKIE))
    target = sign_in.safe_next(attempt.target if attempt else None)
    name: str | Refusal
    if not attempt or not hmac.compare_digest(attempt.state.encode(), query.get("state", "").encode()):
        name = Refusal(403, _("这次登录已经过期，或者不是在这个浏览器、这个网址上开始的；请再点一次“统一登录”。"))
    elif "error" in query or not query.get("code"):
        name = Refusal(403, _("统一登录那边没有完成登录；请再点一次“统一登录”。"))
    else:
        name = await sign_in_limits.in_turn(_TURN, _by_provider, _admit, attempt, query, sign_in_limits.host_of(request))
    if isinstance(name, Refusal):
        response = sign_in.form(request, target, refusal=name)
    else:
        response = RedirectResponse(target, 303)
        await to_thread.run_sync(sessions.end, form_pages.cookie_of(request, sessions.COOKIE))
        await sign_in.start_session(request, response, name)
    form_pages.drop_cookie(request, response, COOKIE)
    return response


def _by_provider(work: Callable[..., str | Refusal], *about: object) -> str | Refusal:
    """Return what comes of asking the provider; what keeps the town from it is named in the server's log alone."""
    try:
        by = provider.read(build_files.home())
        return work(by, *about) if by else Refusal(404, _("这里没有统一登录，请用账号和密码登录。"))
    except (WrongSetting, client.Unreachable) as error:
        _LOG.error("sign-in by the provider is not possible: %s", error)
        return Refusal(503, str(client.Unreachable()))
    except (trail.NotRecorded, sqlite3.OperationalError) as error:
        return Refusal(503, str(error if isinstance(error, trail.NotRecorded) else build_files.DiskFull()))


def _admit(by: provider.Provider, attempt: Attempt, query: Mapping[str, str], address: str) -> str | Refusal:
    """Return the account's name, or why there is none; what came of the code is in the trail before it is answered."""
    home, about, subject = build_files.home(), {"way": "openid"}, ""
    try:
        if query.get("iss", by.issuer) != by.issuer:
            raise client.NotProven
        claims = client.claims(by, query["code"], attempt)
        about["account"] = accounts.plain(str(claims.get(by.account_claim) or ""))
        subject = f"{by.issuer} {claims['sub']}"
        user = accounts.admit(about["account"], subject, *by.rights_of(claims), address)
    except (client.NotProven, provider.NoRole, accounts.AccountError) as error:
        _LOG.warning("sign-in refused by %s", type(error).__name__)
        if isinstance(error, provider.NoRole):  # what an earlier sign-in gave ends in every browser
            accounts.end_sessions_of(subject)
        trail.record(home, "sign_in_refused", trail.NOBODY, "", address, about)
        return Refusal(403, str(error))
    trail.record(home, "sign_in", user.name, user.role, address, {"way": "openid"})
    return user.name


ROUTES = [Route(provider.START, start, methods=["GET"]), Route(provider.BACK, back, methods=["GET"])]
