"""The gate: what a stranger gets for each kind of request, and what a session lets through."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from pages.access.accounts import sessions
from pages.access.door import gate
from pages.access.door.gate import BARE_RERUN
from pages.access.door.issued_urls import IssuedUrls
from pages.access.forms import form_pages
from tests.pages.access.asgi_client import ask, connect
from warehouse.audit import trail
from warehouse.storage import build_files

HTML = "text/html,application/xhtml+xml"
BEHIND_THE_GATE = [
    "/coverage",
    "/_stcore/health",
    "/_stcore/metrics",
    "/_stcore/host-config",
    "/_stcore/agent/openapi.json",
    "/media/1f.xlsx",
    "/static/js/index.js",
    "/auth/logout",
    "/auth/login/",
    "/AUTH/login",
    "//auth/login",
    "/auth/login/../../coverage",
]
ONE, TWO = (BackMsg(rerun_script={"query_string": said}).SerializeToString() for said in ("a=1", "a=2"))
AGAIN = BackMsg(rerun_script={"fragment_id": "1", "is_auto_rerun": True}).SerializeToString()
DOWNLOAD = BackMsg(backend_operation_request={"request_id": "1", "deferred_file": {"file_id": "0f" * 16}}).SerializeToString()
UNWELCOME = {
    "no message at all": b"\xff\xff",
    "nothing": b"",
    "clears everybody's cache": BackMsg(clear_cache=True).SerializeToString(),
    "reruns at every change": BackMsg(set_run_on_save=True).SerializeToString(),
    "asks for the repository": BackMsg(load_git_info=True).SerializeToString(),
    "stops the server": BackMsg(debug_shutdown_runtime=True).SerializeToString(),
    "writes files": BackMsg(backend_operation_request={"request_id": "1", "install_skills": {}}).SerializeToString(),
    "takes another's download": DOWNLOAD,
    "asks for more uploads than may be": BackMsg(file_urls_request={"request_id": "1", "file_names": ["a"] * 301}).SerializeToString(),
}


@pytest.mark.parametrize("path", BEHIND_THE_GATE)
def test_a_stranger_gets_nothing_but_the_way_to_sign_in(door: Any, path: str):
    assert ask(door, path).status == 401
    assert "inside" not in ask(door, path).text
    answer = ask(door, path, accept=HTML)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/auth/login")


def test_the_front_door_leads_to_the_sign_in_whoever_asks(door: Any):
    for accept in ("*/*", HTML):
        answer = ask(door, "/", accept=accept)
        assert (answer.status, answer.headers["location"]) == (303, "/auth/login")


def test_the_page_asked_for_is_remembered_with_its_filters(door: Any):
    answer = ask(door, "/coverage?village=340123102001&day=2025-12-31", accept=HTML)
    assert answer.headers["location"] == "/auth/login?next=/coverage%3Fvillage%3D340123102001%26day%3D2025-12-31"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_stranger_can_send_nothing(door: Any, method: str):
    assert ask(door, "/_stcore/upload_file/session/file", method, accept=HTML).status == 401


def test_a_picture_or_script_is_not_answered_with_a_page(door: Any):
    assert ask(door, "/media/1f.png", accept="*/*, text/html", sec_fetch_dest="image").status == 401


@pytest.mark.parametrize("cookie", ["", "tongxing_session=", "tongxing_session=guess"])
def test_a_strangers_websocket_is_closed_before_it_opens(door: Any, cookie: str):
    answer = connect(door, "/_stcore/stream", [b"hello"], cookie=cookie)
    assert [(message["type"], message.get("code")) for message in answer.sent] == [("websocket.close", 1008)]


def test_the_sign_in_path_is_open_to_requests_only_not_to_websockets(door: Any):
    assert connect(door, "/auth/login", []).sent[0]["type"] == "websocket.close"


def test_sign_in_page_and_sign_of_life_are_open(door: Any, signed_in: str):
    assert ask(door, "/auth/health").text == "ok"
    assert ask(door, "/auth/login", accept=HTML).status == 200


def test_with_a_session_pages_and_websockets_answer(door: Any, signed_in: str):
    assert ask(door, "/coverage?lang=zh_CN", accept=HTML, cookie=signed_in).text == "inside /coverage"
    answer = connect(door, "/_stcore/stream", [ONE, TWO], cookie=signed_in)
    assert [message.get("bytes") for message in answer.sent] == [None, ONE, TWO]


def test_an_account_opens_so_many_pages_at_once_and_is_told_so(door: Any, signed_in: str, monkeypatch: Any):
    monkeypatch.setattr(gate, "MOST_SOCKETS", 0)
    assert [message["type"] for message in connect(door, "/_stcore/stream", [ONE], cookie=signed_in).sent] == ["websocket.close"]
    assert ask(door, "/coverage", accept=HTML, cookie=signed_in).status == 429
    assert ask(door, "/static/js/index.js", cookie=signed_in).status == 200
    monkeypatch.setattr(gate, "MOST_SOCKETS", 1)  # those that were closed count no more
    for _again in range(2):
        assert len(connect(door, "/_stcore/stream", [ONE], cookie=signed_in).sent) == 2


@pytest.mark.parametrize(("proxy", "address"), [("127.0.0.1", "10.9.9.9"), (None, "127.0.0.1")])
def test_an_address_that_a_client_claims_counts_behind_a_named_proxy_alone(
    door: Any, signed_in: str, monkeypatch: Any, proxy: str | None, address: str
):
    monkeypatch.delenv(gate.PROXY, raising=False)
    if proxy:
        monkeypatch.setenv(gate.PROXY, proxy)

    async def trusting(scope: Any, receive: Any, send: Any) -> None:  # as uvicorn stands in front, which believes this machine
        await ProxyHeadersMiddleware(door)({**scope, "client": ("127.0.0.1", 9)}, receive, send)

    answer = ask(trusting, "/auth/login", accept=HTML)
    form = {"form_token": answer.cookies[form_pages.FORM_COOKIE].value, "name": "x", "password": "y"}
    cookie = f"{form_pages.FORM_COOKIE}={form['form_token']}"
    ask(trusting, "/auth/login", "POST", form, cookie=cookie, x_forwarded_for="10.9.9.9", content_type="application/x-www-form-urlencoded")
    assert [entry["source"] for entry in trail.entries(build_files.home(), "sign_in_refused")] == [address]


def test_the_page_where_one_begins_is_found_by_its_name_too(door: Any, signed_in: str):
    answer = ask(door, "/overview?as_of=2024-06-30&lang=en", accept=HTML, cookie=signed_in)
    assert (answer.status, answer.headers["location"]) == (303, "/?as_of=2024-06-30&lang=en")
    assert ask(door, "/submissions", accept=HTML, cookie=signed_in).text == "inside /submissions"


def test_a_page_asked_for_without_a_language_has_it_in_its_address(door: Any, signed_in: str):
    asked = {"/coverage": "", "/coverage?village=x&slang=1": "", "/": "; tongxing_language=en"}
    told = [ask(door, path, accept=HTML, cookie=signed_in + cookie).headers["location"] for path, cookie in asked.items()]
    assert told == ["/coverage?lang=zh_CN", "/coverage?village=x&slang=1&lang=zh_CN", "/?lang=en"]


def test_what_a_websocket_sends_after_the_sessions_end_is_not_acted_on(door: Any, signed_in: str, monkeypatch: Any):
    found, valid = sessions.find, [True, True]  # the handshake and the first frame
    monkeypatch.setattr(sessions, "find", lambda token: found(token) if valid and valid.pop() else None)
    answer = connect(door, "/_stcore/stream", [ONE, TWO], cookie=signed_in)
    assert [message.get("bytes") for message in answer.sent] == [None, ONE, BARE_RERUN]


def test_an_open_page_runs_again_when_its_session_ends_or_its_rights_change_though_nobody_clicks(
    door: Any, signed_in: str, monkeypatch: Any
):
    leader, token = sessions.find(signed_in.partition("=")[2]), signed_in.partition("=")[2]
    answers = [
        leader,
        leader,
        replace(leader, role="village", scope=("659902103203",)),
        None,
    ]  # the handshake, then one check after another
    monkeypatch.setattr(gate, "CHECKED_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(sessions, "find", lambda asked: (answers.pop(0) if answers else None) if asked == token else None)
    answer = connect(door, "/_stcore/stream", [ONE, 9.0, 9.0], cookie=signed_in)
    assert [message.get("bytes") for message in answer.sent] == [None, ONE, BARE_RERUN, BARE_RERUN]


@pytest.mark.parametrize("why", UNWELCOME)
def test_a_websocket_says_what_our_pages_say_and_nothing_else(door: Any, signed_in: str, why: str):
    answer = connect(door, "/_stcore/stream", [ONE, UNWELCOME[why], TWO], cookie=signed_in)
    assert [message.get("bytes") for message in answer.sent] == [None, ONE, TWO]


def test_a_file_made_at_the_click_is_made_for_the_session_that_was_offered_it(door: Any, signed_in: str, monkeypatch: Any):
    monkeypatch.setattr(
        IssuedUrls, "knows_deferred", lambda _self, token, file_id: (token, file_id) == (signed_in.partition("=")[2], "0f" * 16)
    )
    assert [message.get("bytes") for message in connect(door, "/_stcore/stream", [DOWNLOAD], cookie=signed_in).sent] == [None, DOWNLOAD]


def test_a_session_that_was_ended_lets_nothing_through(door: Any, signed_in: str):
    sessions.end(signed_in.partition("=")[2])
    assert ask(door, "/coverage", cookie=signed_in).status == 401
    assert connect(door, "/_stcore/stream", [], cookie=signed_in).sent[0]["type"] == "websocket.close"


def test_polls_do_not_keep_an_idle_session_alive(door: Any, signed_in: str, monkeypatch: Any):
    clicks: list[str] = []
    monkeypatch.setattr(sessions, "note_click", clicks.append)
    ask(door, "/_stcore/health", cookie=signed_in, accept="*/*")
    connect(door, "/_stcore/stream", [AGAIN, BackMsg(app_heartbeat=True).SerializeToString()], cookie=signed_in)
    assert clicks == []
    ask(door, "/coverage", cookie=signed_in, accept=HTML)
    connect(door, "/_stcore/stream", [ONE], cookie=signed_in)
    assert clicks == [signed_in.partition("=")[2]] * 2


@pytest.mark.parametrize("path", ["/", "/auth/login", "/coverage"])
def test_every_answer_forbids_framing_fetching_elsewhere_and_keeping(door: Any, signed_in: str, path: str):
    for cookie in ("", signed_in):
        headers = ask(door, path, cookie=cookie).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "connect-src 'self' data: blob:;" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
