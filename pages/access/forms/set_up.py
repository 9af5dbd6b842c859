"""The first start: while there is no account at all, the first administrator makes their own, from this machine or with a one-time code.

There is no password to begin with. Who merely reaches the address from elsewhere cannot take the town: the code is printed where the server
was started and lies in the data home, readable by its owner alone, until it is used.
"""

import hmac
import re
import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from locales import _, language
from pages.access.accounts import accounts, passwords
from pages.access.forms import form_pages, sign_in, sign_in_limits
from pages.access.forms.form_pages import FORM_COOKIE, Refusal
from warehouse.audit import trail
from warehouse.storage import atomic_write, build_files

_PAGE = form_pages.template("set_up.html")


def begin() -> None:
    """Where there is no account, make the code and say where to go. The server calls it at its start."""
    if accounts.every():
        return
    print(
        _("第一次使用：在这台电脑上打开网址就能设置；从别的电脑打开时要输入一次性代码 {code}").format(code=_code(is_made=True)), flush=True
    )


async def set_up(request: Request) -> Response:
    """GET shows the form, POST adds the first administrator and signs them in; once there is an account, only the sign-in is left."""
    sign_in.set_language(request)
    if await to_thread.run_sync(accounts.every):
        return RedirectResponse(sign_in.LOGIN, 303)
    if request.method == "GET":
        return _form(request)
    fields = await form_pages.fields_of(request)
    if fields is None:
        return PlainTextResponse(_("表单过大"), 413)
    name, origin = fields.get("name", ""), sign_in_limits.origin_of(request)
    response = RedirectResponse("/", 303)
    try:
        refusal = form_pages.token_refusal(request, fields) or await sign_in_limits.hash_in_turn(
            name, origin, _refusal, fields, origin, sign_in_limits.host_of(request), sign_in_limits.is_local(request)
        )
        if refusal:
            return _form(request, fields, refusal)
        await sign_in.start_session(request, response, name)
    except sqlite3.OperationalError:  # a full or read-only disk, or another process that writes for long
        return _form(request, fields, Refusal(503, str(build_files.DiskFull())))
    form_pages.drop_cookie(request, response, FORM_COOKIE)
    return response


def _refusal(fields: Mapping[str, str], origin: sign_in_limits.Origin, address: str, is_local: bool) -> Refusal | None:
    """Why there is no administrator yet; None when they were added. Runs in a thread: it hashes."""
    name, password = fields.get("name", ""), fields.get("new", "")
    if password != fields.get("again"):
        return Refusal(422, _("两次输入的新密码不同"))
    if not is_local:
        if wait := sign_in_limits.attempt("", origin):
            return Refusal(429, _("尝试次数过多，请 {seconds} 秒后再试").format(seconds=wait), wait)
        if not hmac.compare_digest(_code().encode(), fields.get("code", "").strip().casefold().encode()):
            return Refusal(403, _("一次性代码不对；它显示在启动程序的窗口里"))
        sign_in_limits.forget("", origin)
    try:
        recorder = trail.recorder_for(accounts.plain(name), "admin", address)
        accounts.add(name, "admin", password, recorder=recorder, must_change=False, is_first=True)
        recorder(build_files.home(), "sign_in", {})
    except accounts.AccountError as error:
        return Refusal(422, str(error))
    except trail.NotRecorded as error:
        return Refusal(503, str(error))
    _code_file().unlink(missing_ok=True)
    return None


def _code_file() -> Path:
    return build_files.home() / "set-up-code.txt"


def _code(is_made: bool = False) -> str:
    """The code as it lies in the home; made where there is none, so that several processes ask for the same."""
    path = _code_file()
    if is_made and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write.write_new(path, f"{secrets.randbelow(10**12):012}\n".encode())
    code = path.read_text("utf-8").strip() if path.is_file() and not path.is_symlink() else ""
    return code if re.fullmatch(r"\d{12}", code) else secrets.token_hex()  # which nobody knows


def _form(request: Request, fields: Mapping[str, str] | None = None, refusal: Refusal | None = None) -> Response:
    typed, words = fields or {}, form_pages.words("password") | form_pages.words("set_up")
    words["rule_length"] = words["rule_length"].format(count=passwords.OWN_LENGTH)
    words |= sign_in.other_language(sign_in.SET_UP) | {"action": f"{sign_in.SET_UP}?{urlencode({'lang': language()})}"}
    words |= {"name": accounts.plain(typed.get("name", "")), "code": typed.get("code", "")}
    words["code_state"] = "hidden" if sign_in_limits.is_local(request) else ""
    return form_pages.render(request, _PAGE, words, refusal)


ROUTES = [Route(sign_in.SET_UP, set_up, methods=["GET", "POST"])]
