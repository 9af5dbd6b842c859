"""The one way to write a file that people rely on: whole or not at all, on the disk before it has its name, for its owner alone."""

import errno
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

_TRIES, _PAUSE = 100, 0.02  # two seconds
_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
_SAYS_UNWRITTEN = re.compile("Could not write|No space left|Cannot write|disk is full|disk I/O error|readonly database")  # duckdb, sqlite


def write_bytes(path: Path, content: bytes, is_durable: bool = True) -> None:
    """Replace a file in one step, mode 600; a link's target is replaced, a pipe or device is written to.

    `is_durable` False saves the wait for the disk (2 × fsync) where nothing is lost by a power cut, as for a progress bar.
    Raises OSError; the file is as it was then, unless the folder alone could not be synced.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    with _complete_file(path, content, is_durable) as fresh:
        replace_atomically(fresh, path)
    if is_durable:
        sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> bool:
    """Write a file that no process may replace, such as a key; False where another process was first."""
    with _complete_file(path, content, True) as fresh:
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            return False
    sync_folder(path.parent)
    return True


def write_json(path: Path, value: object, indent: int | None = None, is_durable: bool = True) -> None:
    """Replace a file by a value as JSON in UTF-8."""
    write_bytes(path, json.dumps(value, ensure_ascii=False, indent=indent).encode(), is_durable)


def append_line(path: Path, line: bytes) -> None:
    """Append a line, with its end, to a file that only grows, and wait until it is on the disk; mode 600.

    What a writer that was killed, or a full disk, left of a line goes first. Raises OSError; the file is as it was then.
    """
    with open(path, "ab+", buffering=0, opener=partial(os.open, mode=0o600)) as stream:
        end = stream.seek(0, os.SEEK_END)
        stream.seek(max(end - 1, 0))
        if stream.read() not in (b"", b"\n"):
            stream.seek(0)
            end = stream.read().rfind(b"\n") + 1
            stream.truncate(end)
        try:
            if stream.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):
                stream.truncate(end)
            raise


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error tells that the disk takes no more, or that it may not be written to."""
    return (isinstance(error, OSError) and error.errno in _UNWRITTEN) or bool(_SAYS_UNWRITTEN.search(str(error)))


def read_lines(path: Path) -> list[bytes]:
    """Return the whole lines of a file that only grows: what was torn at its end was never said. Raises FileNotFoundError."""
    return path.read_bytes().split(b"\n")[:-1]


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file; None where the file is missing, empty, torn or holds something else."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def replace_atomically(fresh: Path, path: Path) -> None:
    """Give a finished file the name of another in one step.

    Windows refuses that while anybody reads the other, which takes them a moment, so it is tried for two seconds.
    Raises PermissionError after that.
    """
    for _attempt in range(_TRIES):
        try:
            return os.replace(fresh, path)
        except PermissionError:
            time.sleep(_PAUSE)
    os.replace(fresh, path)


def sync(path: Path) -> None:
    """Wait until a file's bytes are on the disk. Raises OSError, also where duckdb says nothing and leaves some of them in its log."""
    if path.with_name(f"{path.name}.wal").exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, or a crash could bring the old file back; Windows has no such call."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _complete_file(path: Path, content: bytes, is_durable: bool) -> Iterator[Path]:
    """Write the content under a name of its own beside `path`, which is gone after the block."""
    fresh = path.with_name(f".{os.getpid()}-{secrets.token_hex(4)}.new")  # the name itself may be as long as one can be
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            if is_durable:
                os.fsync(stream.fileno())
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)
