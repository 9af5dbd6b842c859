"""What may be sent in: judged before it is read, by role, by owner, by size, by what the session holds already."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.access.accounts.accounts import User
from pages.access.door.issued_urls import IssuedUrls
from pages.access.door.request_bodies import LONGEST_BODY, LONGEST_UPLOAD, MEBIBYTE, MOST_BYTES, MOST_FILES, Bodies, limit_body
from warehouse import row_access

CENTRE, FILE = User("li", "centre", row_access.WHOLE), "/_stcore/upload_file/run1/file1"
GIVEN = ForwardMsg(file_urls_response={"file_urls": [{"upload_url": FILE}]}).SerializeToString()


def asked(path: str = FILE, method: str = "PUT", length: int | str | None = 100) -> dict[str, Any]:
    """A request's scope; nothing of it can be read."""
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return {"type": "http", "method": method, "path": path, "headers": headers, "scheme": "http"}


def judged(scope: dict[str, Any], user: User = CENTRE, held: tuple[int, int] = (0, 0)) -> int:
    """The status that refuses it, 0 when it may be read."""
    told = IssuedUrls()
    told.note("token", GIVEN)
    refused = Bodies(told, lambda runs: held if runs == {"run1"} else (0, 0)).unwelcome(scope, user, "token")
    return refused.status if refused else 0


OF_ONE = ("659901201201",)


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        *((role, row_access.WHOLE, 0) for role in ("centre", "leader", "reviewer", "admin")),  # each has a page that takes a file
        *((role, OF_ONE, 403) for role in ("leader", "admin", "boss")),
        *((role, OF_ONE, 0) for role in ("centre", "reviewer")),  # a sheet of declared figures
        ("village", OF_ONE, 0),
        ("boss", row_access.WHOLE, 403),
        ("leader", (), 403),
    ],
)
def test_only_those_whose_pages_take_files_may_upload(role: str, scope: tuple[str, ...], status: int):
    assert judged(asked(), User("li", role, scope)) == status
    assert judged(asked(method="DELETE", length=None), User("li", role, scope)) == status


@pytest.mark.parametrize(
    "path", ["/_stcore/upload_file/run2/file1", "/_stcore/upload_file/run1/../run2/f", "/_stcore/upload_file/", FILE + "/x"]
)
def test_an_address_that_this_session_was_not_told_takes_no_upload(path: str):
    assert judged(asked(path)) == 403


@pytest.mark.parametrize(
    ("length", "status"),
    [(LONGEST_UPLOAD, 0), (LONGEST_UPLOAD + 1, 413), (None, 411), ("-1", 411), ("1e3", 411), ("٣", 411), ("9" * 4000, 411)],
)
def test_an_upload_tells_its_length_and_keeps_within_the_limit(length: Any, status: int):
    assert judged(asked(length=length)) == status


def test_a_session_holds_no_more_than_its_share():
    assert judged(asked(length=1), held=(MOST_FILES - 1, MOST_BYTES - 1)) == 0
    assert judged(asked(length=1), held=(MOST_FILES, 0)) == 413
    assert judged(asked(length=2), held=(1, MOST_BYTES - 1)) == 413


def test_all_sessions_of_an_account_share_one_bound():
    told, other = IssuedUrls(), FILE.replace("run1", "run2")
    told.note("token", GIVEN)
    told.note("token2", ForwardMsg(file_urls_response={"file_urls": [{"upload_url": other}]}).SerializeToString())
    bodies = Bodies(told, lambda runs: (len(runs), len(runs) * (MOST_BYTES // 2)))
    first, second = asked(length=1), asked(other, length=1)
    assert bodies.unwelcome(first, CENTRE, "token") is None
    assert bodies.unwelcome(second, CENTRE, "token2").status == 413
    assert bodies.unwelcome(second, User("wang", "centre", row_access.WHOLE), "token2") is None


def test_uploads_on_their_way_count_until_they_have_ended():
    told = IssuedUrls()
    told.note("token", GIVEN)
    bodies = Bodies(told, lambda runs: (0, 0))
    large = asked(length=LONGEST_UPLOAD)
    with ExitStack() as others:
        with bodies.on_its_way(large, "li"):
            for _again in range(MOST_BYTES // LONGEST_UPLOAD - 1):
                others.enter_context(bodies.on_its_way(large, "li"))
            assert bodies.unwelcome(large, CENTRE, "token").status == 413
        assert bodies.unwelcome(large, CENTRE, "token") is None
    assert (dict(bodies._files), dict(bodies._bytes)) == ({}, {})


@pytest.mark.parametrize("path", ["/auth/password", "/_stcore/agent/interact", "/coverage"])
def test_anything_else_that_is_sent_is_small(path: str):
    assert judged(asked(path, "POST", LONGEST_BODY)) == 0
    assert judged(asked(path, "POST", LONGEST_BODY + 1)) == 413


@pytest.mark.parametrize(("path", "chunks"), [("/_stcore/agent/interact", 3), (FILE, 66)])
def test_a_body_that_grows_beyond_what_it_told_is_broken_off(path: str, chunks: int):
    size = 8 * 1024 if path != FILE else MEBIBYTE

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * size, "more_body": True}

    async def read() -> int:
        taken, source = 0, limit_body(asked(path, "POST", None), receive)
        try:
            while True:
                await source()
                taken += 1
        except HTTPException as error:
            assert error.status_code == 413
        return taken

    assert asyncio.run(read()) == chunks - 1
