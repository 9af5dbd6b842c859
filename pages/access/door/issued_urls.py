"""Which addresses of files were issued to a session: it gets no others.

Streamlit keeps downloads, pictures and uploads under addresses that are hard to guess but open to anyone who has one. Every such
address reaches its reader through the websocket; so the gate listens there, and asks here before it answers.
"""

import re
from collections import OrderedDict

from google.protobuf.message import DecodeError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

MOST_SESSIONS, MOST_ADDRESSES = 500, 5_000
_ADDRESSES = re.compile(rb"/(?:media/[0-9a-f]{16,128}|_stcore/upload_file/[\w-]{1,64}/[\w-]{1,64})")
_DEFERRED = re.compile(rb" ([0-9a-f]{32})")  # a text of 32 signs, as protobuf writes it: names a file that is made at the click
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/")
_MEDIA = re.compile(r"(/media/[0-9a-f]+)(\.\w+)?")


class IssuedUrls:
    """Addresses by session token, kept in memory as Streamlit keeps the files; the least used go first beyond the bounds."""

    def __init__(self) -> None:
        self._addresses: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def note(self, token: str, message: bytes) -> None:
        """Keep the addresses of files that a message to this session holds."""
        for address in _ADDRESSES.findall(message):
            self._keep(token, address.decode())
        for address in _DEFERRED.findall(message):
            self._keep(token, f"deferred {address.decode()}")

    def knows_deferred(self, token: str, file_id: str) -> bool:
        """Whether a file that is made at the click was offered to this session."""
        return f"deferred {file_id}" in self._addresses.get(token, ())

    def note_run(self, token: str, message: bytes) -> bool:
        """Keep the id of the page's run (Streamlit's own session) that a message begins; whether it began one."""
        try:
            run = ForwardMsg.FromString(message).new_session.initialize.session_id
        except DecodeError:
            return False
        if run:
            self._keep(token, f"run {run}")
        return bool(run)

    def knows(self, token: str, path: str) -> bool:
        """Whether this address was issued to this session."""
        media = _MEDIA.fullmatch(path)
        return (media[1] if media else path) in self._addresses.get(token, ())

    def knows_run(self, token: str, run: str) -> bool:
        """Whether a run of the page is this session's own."""
        return f"run {run}" in self._addresses.get(token, ())

    def runs(self, token: str) -> set[str]:
        """Return the runs for which an upload's address was issued to this session."""
        uploads = map(_UPLOAD.match, self._addresses.get(token, ()))
        return {match[1] for match in uploads if match}

    def _keep(self, token: str, address: str) -> None:
        addresses = self._addresses.setdefault(token, OrderedDict())
        addresses[address] = None
        addresses.move_to_end(address)
        self._addresses.move_to_end(token)
        if len(addresses) > MOST_ADDRESSES:
            addresses.popitem(last=False)
        if len(self._addresses) > MOST_SESSIONS:
            self._addresses.popitem(last=False)
