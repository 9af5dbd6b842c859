"""What a page may say by its websocket: run the script, ask for places to upload, ask for its own files, and no more.

Streamlit takes other words as well, which any page could say for all: clear everybody's cache, run again at every change of the
program, write its own helpers into the program's folder, tell of the repository.
"""

from __future__ import annotations

from collections.abc import Callable

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

_WELCOME = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})


def parsed(content: bytes | None) -> BackMsg | None:
    """The message; None for what is none."""
    try:
        return BackMsg.FromString(content or b"")
    except DecodeError:
        return None


def is_welcome(message: BackMsg | None, is_offered: Callable[[str], bool]) -> bool:
    """Whether the server should hear it; `is_offered` tells whether a file made at the click was offered to this session."""
    kind = message.WhichOneof("type") if message else None
    if message is None or kind != "backend_operation_request":
        return kind in _WELCOME
    request = message.backend_operation_request
    return request.WhichOneof("payload") == "deferred_file" and is_offered(request.deferred_file.file_id)


def is_click(message: BackMsg | None) -> bool:
    """Whether a person sent it: not where a page looks again by itself, which would keep a session alive for ever."""
    kind = message.WhichOneof("type") if message else None
    return kind != "app_heartbeat" and not (message is not None and kind == "rerun_script" and message.rerun_script.is_auto_rerun)
