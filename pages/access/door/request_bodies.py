"""What may be sent to the server, judged before it is read: uploads by those who may, to their own page, within limits.

The kinds of files are judged where they are taken: by name in pages/jobs/loads.py, by their bytes in etl.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope
from streamlit.runtime import Runtime

from locales import _
from pages.access import rights
from pages.access.accounts.accounts import User
from pages.access.door.issued_urls import IssuedUrls
from pages.access.forms.form_pages import LONGEST_BODY, Refusal

UPLOADS = "/_stcore/upload_file/"
MEBIBYTE = 2**20
LONGEST_UPLOAD = 64 * MEBIBYTE  # as maxUploadSize in .streamlit/config.toml
# Uploads lie in memory until they are loaded or their page is closed: a town's year is 200 files of below 5 MB.
MOST_FILES, MOST_BYTES = 300, 256 * MEBIBYTE
UPLOADING = ("load", "submit", "check_files", "declare", "restore")  # actions of rights.toml that begin with a file
_READS = ("GET", "HEAD", "OPTIONS")


def held_by_streamlit(runs: set[str]) -> tuple[int, int]:
    """(files, bytes) that Streamlit keeps in memory for these runs of the page."""
    if not Runtime.exists():
        return 0, 0
    stored = getattr(Runtime.instance().uploaded_file_mgr, "file_storage", {})
    sizes = [len(file.data) for run in runs for file in list(stored.get(run, {}).values())]
    return len(sizes), sum(sizes)


class Bodies:
    """Judges requests that bring something, and knows what is on its way."""

    def __init__(self, issued: IssuedUrls, held: Callable[[set[str]], tuple[int, int]] = held_by_streamlit) -> None:
        self.issued, self.held = issued, held
        self._tokens: defaultdict[str, set[str]] = defaultdict(set)  # by account, of its sessions that hold uploads
        self._files: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def unwelcome(self, scope: Scope, user: User, token: str) -> Refusal | None:
        """Why this request is not read; None when it may be."""
        if scope["method"] in _READS:
            return None
        if not scope["path"].startswith(UPLOADS):
            return Refusal(413, _("请求过大")) if (_length(scope) or 0) > LONGEST_BODY else None
        if not any(rights.may(user, "actions", action) for action in UPLOADING):
            return Refusal(403, _("您的账号不能上传文件。"))
        if not self.issued.knows(token, scope["path"]):
            return Refusal(403, _("上传地址不属于这次登录，请刷新页面后再传。"))
        return self._too_much(scope, user.name, token) if scope["method"] == "PUT" else None

    def _too_much(self, scope: Scope, account: str, token: str) -> Refusal | None:
        """An upload that is too large by itself or with what all sessions of its account have sent before."""
        length = _length(scope)
        if length is None:
            return Refusal(411, _("上传须说明文件大小。"))
        if length > LONGEST_UPLOAD:
            return Refusal(413, _("文件超过 {most} MB，请拆分后再传。").format(most=LONGEST_UPLOAD // MEBIBYTE))
        runs = {each: self.issued.runs(each) for each in {*self._tokens[account], token}}
        self._tokens[account] = {each for each in runs if runs[each]}
        files, stored = self.held(set().union(*runs.values()))
        if files + self._files[account] >= MOST_FILES or stored + self._bytes[account] + length > MOST_BYTES:
            sentence = _("一个账号最多同时上传 {files} 个文件、共 {most} MB；请先载入或移除已传的文件。")
            return Refusal(413, sentence.format(files=MOST_FILES, most=MOST_BYTES // MEBIBYTE))
        return None

    @contextmanager
    def on_its_way(self, scope: Scope, account: str) -> Iterator[None]:
        """Count an upload as on its way until it has ended."""
        length = (_length(scope) or 0) if scope["path"].startswith(UPLOADS) else 0
        self._files[account] += bool(length)
        self._bytes[account] += length
        try:
            yield
        finally:
            self._files[account] -= bool(length)
            self._bytes[account] -= length
            if not self._files[account]:
                del self._files[account], self._bytes[account]


def limit_body(scope: Scope, receive: Receive) -> Receive:
    """The body, broken off with 413 where it grows beyond what may be sent there: the length in the headers may be false or absent."""
    most = LONGEST_UPLOAD + MEBIBYTE if scope["path"].startswith(UPLOADS) else LONGEST_BODY
    read = 0

    async def receive_limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413)
        return message

    return receive_limited


def _length(scope: Scope) -> int | None:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else None
