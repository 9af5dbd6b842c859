"""Which addresses of files were issued to a session: it gets no others.

Streamlit keeps downloads, pictures and uploads under addresses that are hard to guess but open to anyone who has one. Every such
address reaches its reader through the websocket; so the gate listens there, and asks here before it answers.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator

from google.protobuf.message import DecodeError, Message
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

MOST_SESSIONS, MOST_ADDRESSES = 500, 5_000
# The fields, (message, field), in which the server names a file: no reader's words come into these.
ISSUING = frozenset(
    {
        ("DownloadButton", "url"),
        ("DownloadButton", "deferred_file_id"),  # of a file that is made at the click
        ("DeferredFileResponsePayload", "url"),
        ("FileURLs", "upload_url"),
        ("FileURLs", "delete_url"),
        ("PageConfig", "favicon"),
        ("Image", "url"),
    }
)
_UPLOAD = re.compile(r"/_stcore/upload_file/([\w-]{1,64})/[\w-]{1,64}")
_MEDIA = re.compile(r"(/media/[0-9a-f]{16,128})(\.\w+)?")
_DEFERRED = re.compile(r"[0-9a-f]{32}")


class IssuedUrls:
    """Addresses by session token, kept in memory as Streamlit keeps the files; the least used go first beyond the bounds."""

    def __init__(self) -> None:
        self._addresses: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def keep_while(self, token: str, rights: object) -> None:
        """Forget a session's files, but not the run of its page, where its rights are no longer those under which it was given them."""
        addresses = self._addresses.get(token, OrderedDict())
        if f"rights {rights}" not in addresses:
            for address in [each for each in addresses if not each.startswith("run ")]:
                del addresses[address]
        self._keep(token, f"rights {rights}")

    def note(self, token: str, content: bytes) -> None:
        """Keep the addresses of files that a message to this session gives out, and the id of the run (Streamlit's own session) it begins."""
        try:
            message = ForwardMsg.FromString(content)
        except DecodeError:
            return
        for text in _issued(message):
            if media := _MEDIA.fullmatch(text):
                self._keep(token, media[1])
            elif _UPLOAD.fullmatch(text):
                self._keep(token, text)
            elif _DEFERRED.fullmatch(text):
                self._keep(token, f"deferred {text}")
        if run := message.new_session.initialize.session_id:
            self._keep(token, f"run {run}")

    def knows_deferred(self, token: str, file_id: str) -> bool:
        """Whether a file that is made at the click was offered to this session."""
        return f"deferred {file_id}" in self._addresses.get(token, ())

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


def _issued(message: Message) -> Iterator[str]:
    """Yield the texts of the fields by which the server gives out files, wherever they stand in a message."""
    for field, value in message.ListFields():
        if field.message_type and not field.message_type.GetOptions().map_entry:
            for part in value if field.is_repeated else (value,):
                yield from _issued(part)
        elif (message.DESCRIPTOR.name, field.name) in ISSUING:
            yield value
