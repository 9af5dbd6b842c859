"""One loader at a time: a lock on a file that the system lets go of when its owner ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.storage import build_files

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE = 0.001  # seconds between two tries; a blocking lock could not give up


class LoadRunning(RuntimeError):
    """Another load holds this home."""

    def __init__(self, home: Path) -> None:
        from locales import _

        super().__init__(_("{home}：另一次载入正在进行，请等它结束后再试。").format(home=home))


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the home's load lock inside the block. Raises LoadRunning where another process or thread holds it."""
    (home / "builds").mkdir(parents=True, exist_ok=True, mode=0o700)
    build_files.restrict_permissions(home)
    try:
        handle = hold(home / "builds" / "loading.lock")
    except OSError as error:
        raise LoadRunning(home) from error
    try:
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether a living process holds a lock file."""
    try:
        os.close(hold(path))
    except OSError:
        return True
    return False


def hold(path: Path) -> int:
    """Lock a file (on Windows its first byte) until the handle returned is closed or the process ends.

    Raises OSError where another holds it.
    """
    return wait(path, 0)


def wait(path: Path, seconds: float) -> int:
    """As `hold`, trying again for some seconds while another holds the file."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + seconds
        while not _is_locked(handle, time.monotonic() >= until):
            time.sleep(_PAUSE)
    except OSError:
        os.close(handle)
        raise
    return handle


def _is_locked(handle: int, is_last: bool) -> bool:
    """Try once; the last try's error is told."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if is_last:
            raise
        return False
    return True
