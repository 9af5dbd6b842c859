"""A data home of its own for every test, and a door with nothing behind it but an echo."""

from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from pages.access.accounts import accounts, sessions
from pages.access.door.gate import Gate
from pages.access.door.headers import SafeHeaders
from pages.access.forms import openid_sign_in, own_account, set_up, sign_in, sign_in_limits

HASHER = accounts._HASHER
PASSWORD = "春风化雨润物无声"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """TONGXING_HOME of this test."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))  # KiB; tests hash hundreds of times
    monkeypatch.setattr(sign_in_limits, "ADDRESSES", sign_in_limits.Buckets(60, 5))  # full ones: tests share a process
    monkeypatch.setattr(sign_in_limits, "OVERALL", sign_in_limits.Buckets(300, 0.25))
    return tmp_path


@pytest.fixture
def door() -> Starlette:
    """The gate as app.py builds it, before an echo instead of Streamlit."""

    async def echo(request: Any) -> PlainTextResponse:
        return PlainTextResponse("inside " + request.url.path)

    async def stream(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_bytes(await socket.receive_bytes())
        except WebSocketDisconnect:
            return

    routes = [
        *sign_in.ROUTES,
        *own_account.ROUTES,
        *set_up.ROUTES,
        *openid_sign_in.ROUTES,
        WebSocketRoute("/_stcore/stream", stream),
        Route("/{rest:path}", echo, methods=["GET", "PUT"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(SafeHeaders), Middleware(Gate)])


@pytest.fixture
def signed_in() -> str:
    """The cookie header of a leader who has just signed in."""
    accounts.add("李书记", "leader", PASSWORD, must_change=False)
    return f"{sessions.COOKIE}={sessions.start('李书记')}"
