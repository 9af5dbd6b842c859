"""One loader at a time: a lock on a file that the system lets go of when its owner ends, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class LoadRunning(RuntimeError):
    """Another load holds this home."""

    def __init__(self, home: Path) -> None:
        from locales import _

        super().__init__(_("{home}：另一次载入正在进行，请等它结束后再试。").format(home=home))


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the home's load lock inside the block. Raises LoadRunning where another process or thread holds it."""
    (home / "builds").mkdir(parents=True, exist_ok=True)
    handle = os.open(home / "builds" / "loading.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, home)
        yield
    finally:
        os.close(handle)


def _take(handle: int, home: Path) -> None:
    """Lock the first byte (Windows) or the file; closing the handle lets go of it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise LoadRunning(home) from error
