"""What the attacker's script does: requests sent as they stand, and pages opened by their websocket alone."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


def ask(served: tuple[str, Path], method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request, sent as it stands."""
    connection = http.client.HTTPConnection(served[0], timeout=30)
    try:
        connection.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def socket(served: tuple[str, Path], cookie: str, origin: str | None = "own", run: str = "") -> ClientConnection:
    """A websocket as the page opens it."""
    protocols = ["streamlit", "x", run] if run else ["streamlit"]
    own = f"http://{served[0]}" if origin == "own" else origin
    return connect(
        f"ws://{served[0]}/_stcore/stream",
        origin=own,
        subprotocols=protocols,
        additional_headers={"Cookie": cookie},
        max_size=None,
        proxy=None,
    )


def rerun(client: ClientConnection) -> bytes:
    """All that an open page is told at its next click."""
    client.send(BackMsg(rerun_script={}).SerializeToString())
    told = b""
    for message in iter(lambda: client.recv(timeout=60), None):
        told += message
        if ForwardMsg.FromString(message).WhichOneof("type") == "script_finished":
            break
    return told


@contextmanager
def opened(served: tuple[str, Path], cookie: str, run: str = "") -> Iterator[tuple[ClientConnection, str, bytes]]:
    """An open page: its websocket, the id of its run, and all that it was told in its first run of the script."""
    told, begun = b"", ""
    with socket(served, cookie, run=run) as client:
        client.send(BackMsg(rerun_script={}).SerializeToString())
        for message in iter(lambda: client.recv(timeout=60), None):
            parsed = ForwardMsg.FromString(message)
            begun = parsed.new_session.initialize.session_id or begun
            told += message
            if parsed.WhichOneof("type") == "script_finished":
                break
        yield client, begun, told


def place_to_upload(client: ClientConnection, run: str) -> str:
    """The path that the page is given for one file."""
    client.send(BackMsg(file_urls_request={"request_id": "1", "file_names": ["a.xlsx"], "session_id": run}).SerializeToString())
    for message in iter(lambda: client.recv(timeout=60), None):
        if found := re.search(rb"/_stcore/upload_file/[\w-]+/[\w-]+", message):
            return found[0].decode()
    raise AssertionError("no place")
