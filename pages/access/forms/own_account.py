"""The page of one's own account: another password, and signing out on every device.

A user who signs in with a password given by somebody else sees this page and no other until it is replaced (gate.py).
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from locales import _, language
from pages.access.accounts import accounts, passwords, sessions
from pages.access.forms import form_pages, sign_in, sign_in_limits
from pages.access.forms.form_pages import Refusal
from warehouse.audit import trail

PASSWORD, EVERYWHERE = "/auth/password", "/auth/logout-everywhere"
_PAGE, _DONE, _ASKING = form_pages.template("own_account.html"), form_pages.template("done.html"), form_pages.template("asking.html")


async def password(request: Request) -> Response:
    """GET shows the form; POST replaces the password, ends every session of the account and starts this one again."""
    sign_in.set_language(request)
    user = await to_thread.run_sync(sessions.find, form_pages.cookie_of(request, sessions.COOKIE))
    if user is None:
        return RedirectResponse(sign_in.LOGIN, 303)
    target = sign_in.safe_next(request.query_params.get("next"))
    if request.method == "GET":
        return _form(request, user, target)
    fields = await form_pages.fields_of(request)
    if fields is None:
        return PlainTextResponse(_("表单过大"), 413)
    origin = sign_in_limits.origin_of(request)
    refusal = form_pages.token_refusal(request, fields) or await sign_in_limits.hash_in_turn(
        user.name, origin, _refusal, user, fields, origin, sign_in_limits.host_of(request)
    )
    if refusal:
        return _form(request, user, target, refusal)
    response = form_pages.render(request, _DONE, form_pages.words("password_changed") | {"next_page": target})
    await sign_in.start_session(request, response, user.name)
    return response


def _refusal(user: accounts.User, fields: Mapping[str, str], origin: sign_in_limits.Origin, address: str) -> Refusal | None:
    """Why the password stays as it is; None when it was replaced. Runs in a thread: it hashes twice."""
    old, new = fields.get("old", ""), fields.get("new", "")
    if (account := accounts.find(user.name)) and account.subject:
        return Refusal(422, _("您用统一登录，没有这里的密码；密码请在统一登录那边更改。"))
    if new != fields.get("again"):
        return Refusal(422, _("两次输入的新密码不同"))
    if wait := sign_in_limits.attempt(user.name, origin):
        return Refusal(429, _("尝试次数过多，请 {seconds} 秒后再试").format(seconds=wait), wait)
    if not accounts.matches(user.name, old):
        return Refusal(422, _("原密码不对"))
    sign_in_limits.forget(user.name, origin)
    if passwords.as_typed(old) == passwords.as_typed(new):
        return Refusal(422, _("新密码须与原密码不同"))
    try:
        accounts.change_password(user.name, new, trail.recorder_for(user.name, user.role, address), is_own=True)
    except accounts.AccountError as error:
        return Refusal(422, str(error))
    except trail.NotRecorded as error:
        return Refusal(503, str(error))
    return None


async def logout_everywhere(request: Request) -> Response:
    """End every session of the account; a form without its own token is asked again."""
    sign_in.set_language(request)
    user = await to_thread.run_sync(sessions.find, form_pages.cookie_of(request, sessions.COOKIE))
    if user is None:
        return sign_in.to_sign_in(request)
    if refusal := form_pages.token_refusal(request, await form_pages.fields_of(request) or {}):
        return form_pages.render(request, _ASKING, form_pages.words("leave_everywhere") | {"action": EVERYWHERE}, refusal)
    await to_thread.run_sync(accounts.end_sessions, user.name, trail.recorder_for(user.name, user.role, sign_in_limits.host_of(request)))
    return sign_in.to_sign_in(request)


def _form(request: Request, user: accounts.User, target: str, refusal: Refusal | None = None) -> Response:
    words = form_pages.words("password") | (form_pages.words("first_password") if user.must_change else {})
    words["rule_length"] = words["rule_length"].format(count=passwords.OWN_LENGTH)
    words |= {"action": f"{PASSWORD}?{urlencode({'lang': language(), 'next': target})}", "name": user.name}
    words["back_address"] = sign_in.LOGOUT if user.must_change else target
    return form_pages.render(request, _PAGE, words, refusal)


ROUTES = [Route(PASSWORD, password, methods=["GET", "POST"]), Route(EVERYWHERE, logout_everywhere, methods=["POST"])]
