"""One holder at a time: a lock on a file that the system releases when its holder ends, however it ends."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE = 0.001  # seconds between two tries; a lock that blocks could not give up


@contextmanager
def exclusive(path: Path, refusal: Callable[[], Exception] = TimeoutError, seconds: float = 0) -> Iterator[None]:
    """Hold a lock file inside the block, waiting some seconds for its holder; raises `refusal` where it is still held."""
    try:
        handle = hold(path, seconds)
    except OSError as error:
        raise refusal() from error
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


def hold(path: Path, seconds: float = 0) -> int:
    """Lock a file (on Windows its first byte) until the handle is closed or the process ends; waits some seconds, then OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline, pause = time.monotonic() + seconds, _PAUSE
    while True:
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except OSError:
            if time.monotonic() >= deadline:
                os.close(handle)
                raise
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
