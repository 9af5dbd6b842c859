"""An attacker's script against the real server: without a session, with an old one, with another's, from another site."""

import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from uvicorn import Config
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pages.access.accounts import accounts, sessions
from pages.access.accounts.store import writing
from pages.access.door.request_bodies import LONGEST_UPLOAD
from pages.access.forms import sign_in, sign_in_limits
from tests.browser.server import serving
from tests.conftest import ROOT
from tests.pages.access.conftest import PASSWORD
from tests.pages.access.door.websocket_client import ask, opened, place_to_upload, rerun, socket

LISTED = """
import json, app
routes = app.app._build_starlette_app().routes
print(json.dumps([[type(r).__name__, getattr(r, "path", ""), sorted(getattr(r, "methods", None) or [])] for r in routes]))
"""
OPEN = {(method, path) for method in ("GET", "HEAD") for path in ("/auth/login", "/auth/health", "/auth/openid", "/auth/openid/back")}
OPEN |= {("POST", "/auth/login")}  # those of openid say that the town has none
FILE = re.compile(rb"/media/[0-9a-f]+\.png")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """(host:port, home) of the dashboard without any ledgers."""
    home = tmp_path_factory.mktemp("attacked")
    (home / "sign-in.txt").write_text("unused")
    with serving(home) as (address, _password):
        yield address.removeprefix("http://"), home


@pytest.fixture(autouse=True)
def own_home(served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The served home instead of one for each test."""
    monkeypatch.setenv("TONGXING_HOME", str(served[1]))
    return served[1]


def signed_in(name: str, role: str = "centre") -> str:
    """A fresh account's cookie header."""
    if name not in {account.name for account in accounts.every()}:
        accounts.add(name, role, PASSWORD, must_change=False)
    return f"{sessions.COOKIE}={sessions.start(name)}"


def test_no_route_answers_a_stranger_but_sign_in_and_health(served: tuple[str, Path]):
    signed_in("somebody")  # without an account the sign-in leads to the set-up
    told = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"STREAMLIT_LOG_LEVEL": "error"}
    )
    routes = json.loads(told.stdout.splitlines()[-1])
    assert {"/_stcore/stream", "/_stcore/metrics", "/auth/password"} <= {path for _kind, path, _methods in routes}
    answers = {}
    for _kind, path, methods in routes:
        plain = re.sub(r"\{[^}]*\}", "x", path) or "/coverage"
        for method in methods or ["GET", "POST"]:
            answers[method, plain] = ask(served, method, plain)[0]
        with pytest.raises(InvalidStatus):
            connect(f"ws://{served[0]}{plain}", proxy=None)
    assert {where for where, status in answers.items() if status not in (401, 303)} == OPEN
    assert (answers["POST", "/auth/login"], answers["GET", "/auth/login"]) == (403, 200)


@pytest.mark.parametrize("why", ["no cookie", "ended", "idle", "closed account", "guess", "another scheme's name"])
def test_a_stale_or_invented_cookie_opens_nothing(served: tuple[str, Path], why: str):
    cookie = signed_in(f"stale-{why.replace(' ', '-').replace(chr(39), '')}")
    token = cookie.partition("=")[2]
    if why == "ended":
        sessions.end(token)
    elif why == "idle":
        with writing() as store:
            store.execute("update sessions set seen_at = seen_at - 1801 where token_hash = ?", (sessions.token_hash(token),))
    elif why == "closed account":
        accounts.remove("stale-closed-account")
    cookie = {"no cookie": "", "guess": f"{sessions.COOKIE}=guess", "another scheme's name": f"__Host-{cookie}"}.get(why, cookie)
    assert [ask(served, "GET", path, Cookie=cookie)[0] for path in ("/coverage", "/_stcore/metrics", "/static/", "/media/x")] == [401] * 4
    with pytest.raises(InvalidStatus, match="403"):
        socket(served, cookie)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:3000", "http://127.0.0.1:1", "null", "https://{host}"])
def test_a_websocket_from_another_site_is_refused_though_the_cookie_is_valid(served: tuple[str, Path], origin: str):
    cookie = signed_in("origin")
    with pytest.raises(InvalidStatus, match="403"):
        socket(served, cookie, origin.format(host=served[0]))
    with socket(served, cookie) as client:
        assert client.subprotocol == "streamlit"


def test_a_file_answers_the_session_that_was_told_of_it_and_no_other(served: tuple[str, Path]):
    mine, others = signed_in("mine"), signed_in("others")
    with opened(served, mine) as (_client, _run, told):
        path = FILE.search(told)[0].decode()
        status, headers, _content = ask(served, "GET", path, Cookie=mine)
        assert (status, headers["cache-control"], headers["x-content-type-options"]) == (200, "no-store", "nosniff")
        assert "sandbox" in headers["content-security-policy"]
        assert [ask(served, "GET", path, Cookie=cookie)[0] for cookie in (others, "")] == [404, 401]
        for detour in (path + "/", path.replace("/media", "/media/."), path + "/../x", "/media/../" + path, path.replace("/m", "//m")):
            assert ask(served, "GET", detour, Cookie=others)[0] in (400, 404)


def test_a_run_of_the_page_is_not_taken_over_by_another_session(served: tuple[str, Path]):
    mine, others = signed_in("mine"), signed_in("others")
    with opened(served, mine) as (_client, run, _told):
        pass
    for cookie, is_taken in ((others, False), (mine, True)):
        with opened(served, cookie, run) as (_client, got, _told):
            pass
        assert (got == run) == is_taken


def test_an_open_page_obeys_a_change_of_role_a_new_password_and_a_closed_account_at_its_next_click(served: tuple[str, Path]):
    cookie, _another = signed_in("open-page"), signed_in("an-administrator-besides", "admin")
    with opened(served, cookie) as (client, _run, told):
        assert (b"ledgers" in told, b"audit" in told) == (True, False)
        accounts.change_role("open-page", "admin")
        assert b"audit" in rerun(client)
        accounts.change_role("open-page", "leader")
        assert (b"coverage" in (told := rerun(client)), b"audit" in told, b"ledgers" in told) == (True, False, False)
    for name, end in (("re-keyed", lambda name: accounts.change_password(name, PASSWORD)), ("closed", accounts.remove)):
        with opened(served, signed_in(name, "leader")) as (client, _run, _told):
            end(name)
            assert ("登录已失效".encode() in (told := rerun(client)), b"coverage" in told) == (True, False)


def test_signing_in_begins_a_new_session_and_ends_the_one_that_the_browser_brought(served: tuple[str, Path]):
    planted = signed_in("fixed")
    _status, _headers, content = ask(served, "GET", "/auth/login?lang=zh_CN")
    token = re.search(rb'name="form_token" value="([^"]+)"', content)[1].decode()
    body = urlencode({"form_token": token, "name": "fixed", "password": PASSWORD}).encode()
    assert ask(served, "POST", "/auth/login", body, Cookie=f"tongxing_form={token}; {planted}")[0] == 303
    assert ask(served, "GET", "/coverage", Cookie=planted)[0] == 401


def test_a_file_is_gone_with_the_session_that_was_told_of_it(served: tuple[str, Path]):
    cookie = signed_in("leaving")
    with opened(served, cookie) as (_client, _run, told):
        path = FILE.search(told)[0].decode()
        assert ask(served, "GET", path, Cookie=cookie)[0] == 200
        sessions.end(cookie.partition("=")[2])
        assert [ask(served, "GET", path, Cookie=left)[0] for left in (cookie, signed_in("leaving"))] == [401, 404]


def test_an_upload_goes_to_nobodys_page_but_ones_own_and_never_beyond_the_limit(served: tuple[str, Path]):
    with opened(served, signed_in("mine")) as (client, run, _told):
        path = place_to_upload(client, run)
        large = {"Content_Length": str(65 * 2**20)}
        assert ask(served, "PUT", path, Cookie=signed_in("mine"), **large)[0] == 403  # a new session of the same person
        assert ask(served, "PUT", path, Cookie=signed_in("others"), **large)[0] == 403
        assert ask(served, "PUT", path, Cookie=signed_in("a-leader", "leader"), **large)[0] == 403
        assert ask(served, "PUT", path, **large)[0] == 401


def test_an_upload_beyond_the_limit_is_refused_before_its_first_byte_and_one_from_elsewhere_too(served: tuple[str, Path]):
    cookie = signed_in("mine")
    with opened(served, cookie) as (client, run, _told):
        path = place_to_upload(client, run)
        assert ask(served, "PUT", path, Cookie=cookie, Content_Length=str(65 * 2**20))[0] == 413
        assert ask(served, "PUT", path, Cookie=cookie, Content_Length="10", Origin="http://localhost:3000")[0] == 403
        assert ask(served, "PUT", path, b"0123456789", Cookie=cookie)[0] == 403  # reaches streamlit, which misses its own token
        assert ask(served, "POST", "/_stcore/agent/interact", Cookie=cookie, Content_Length=str(2**20))[0] == 413


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2fapp.py",
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/config.toml",
        "/media/../accounts.sqlite",
        "/media/..%2f..%2faccounts.sqlite",
        "/component/..%2f..%2fapp.py",
        "/_stcore/bidi-components/../../app.py",
        "/static/..\\..\\app.py",
        "/app/static/../main.py",
    ],
)
def test_no_path_leads_out_of_the_house(served: tuple[str, Path], path: str):
    status, _headers, content = ask(served, "GET", path, Cookie=signed_in("mine"))
    assert status in (400, 403, 404) or b"<!doctype html" in content[:200].lower()
    assert [mark for mark in (b"root:", b"import streamlit", b"SQLite format", b"gatherUsageStats") if mark in content] == []
    assert ask(served, "GET", path)[0] == 401


def test_another_host_name_changes_no_redirect(served: tuple[str, Path]):
    status, headers, _content = ask(served, "GET", "/coverage", Host="evil.example", Accept="text/html", X_Forwarded_Host="evil.example")
    assert (status, headers["location"]) == (303, "/auth/login?next=/coverage")


def test_behind_a_proxy_with_https_cookies_are_this_hosts_alone_and_https_is_remembered(served: tuple[str, Path]):
    _status, headers, _content = ask(served, "GET", "/auth/login", X_Forwarded_Proto="https")
    assert headers["set-cookie"].startswith("__Host-tongxing_form=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(headers["set-cookie"].split("; "))
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in ask(served, "GET", "/auth/login")[1]


@pytest.mark.parametrize(
    "target", ["/%0d%0aSet-Cookie:%20x=1", "//evil.example", "/%5cevil.example", "javascript:alert(1)", "/%22%3E%3Cscript%3E"]
)
def test_a_hostile_next_page_sets_no_header_leads_nowhere_and_is_text(served: tuple[str, Path], target: str):
    status, headers, content = ask(served, "GET", f"/auth/login?next={target}")
    assert (status, "x=1" in headers["set-cookie"], b"<script" in content) == (200, False, False)
    _status, headers, _content = ask(served, "GET", f"/auth/login?next={target}", Cookie=signed_in("mine"))
    assert headers["location"] == "/" or headers["location"].startswith("/%22%3E")
    assert "x" not in headers.get("set-cookie", "")


def test_script_text_as_a_name_comes_back_as_text(served: tuple[str, Path]):
    _status, headers, content = ask(served, "GET", "/auth/login")
    token = re.search(rb'name="form_token" value="([^"]+)"', content)[1].decode()
    body = f"form_token={token}&name=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&password=x".encode()
    status, headers, content = ask(served, "POST", "/auth/login", body, Cookie=f"tongxing_form={token}")
    assert (status, b"<script" in content, b"&lt;script&gt;" in content) == (401, False, True)
    assert headers["content-security-policy"].startswith("default-src 'self'")


def test_a_thousand_tries_against_a_thousand_names_are_stopped_and_open_nothing(served: tuple[str, Path], monkeypatch: Any):
    asked: list[str] = []
    monkeypatch.setattr(sign_in_limits, "ADDRESSES", sign_in_limits.Buckets(60, 5))
    monkeypatch.setattr(sign_in_limits.time, "time", lambda: 1_800_000_000.0)
    monkeypatch.setattr(accounts, "matches", lambda name, _password: bool(asked.append(name)))
    origin = sign_in_limits.Origin("203.0.113.9")
    answers = [sign_in._refusal({"name": f"name{at}", "password": PASSWORD}, origin, origin.address).status for at in range(1000)]
    assert (answers.count(401), answers.count(429), len(asked)) == (60, 940, 60)


def test_the_server_listens_on_this_machine_only_and_the_doors_of_streamlit_we_do_not_use_are_shut(served: tuple[str, Path]):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["server"]
    assert (settings["address"], inspect.signature(Config).parameters["host"].default) == ("127.0.0.1", "127.0.0.1")
    assert settings["maxUploadSize"] * 2**20 == LONGEST_UPLOAD
    assert {"enableAgentApi", "enableStaticServing", "enableCORS", "enableXsrfProtection", "allowedHosts"} & settings.keys() == set()
    answer = ask(served, "POST", "/_stcore/agent/interact", b"{}", Cookie=signed_in("mine"))
    assert answer[0] in (403, 404, 405)


def test_a_file_is_gone_with_the_right_under_which_it_was_given(served: tuple[str, Path]):
    cookie = signed_in("moved-on", "centre")
    with opened(served, cookie) as (client, _run, told):
        path = FILE.search(told)[0].decode()
        assert ask(served, "GET", path, Cookie=cookie)[0] == 200
        accounts.change_role("moved-on", "leader")
        assert ask(served, "GET", path, Cookie=cookie)[0] == 404
        told = rerun(client)  # the page of the new role gives its own files
        assert b"coverage" in told
