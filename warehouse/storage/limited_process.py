"""A process with limits of memory and time for one request after another; the standard pool breaks whole when a worker dies or hangs."""

import contextlib
import multiprocessing as mp
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Generic, TypeVar

MEMORY_BYTES = 1_500 * 2**20
SECONDS = 60.0
_SHORTEST, _PER_MEBIBYTE = 3.0, 4.0  # seconds that a file has at least: the readers take below one for a mebibyte
Answer = TypeVar("Answer")


class Exceeded(Exception):
    """A request took more than it may; the text is "memory" or "time"."""


def seconds_for(size: int, late: int, most: float = SECONDS) -> float:
    """Return the seconds that a file of `size` bytes may take after `late` others ran out of theirs: each of these halves the rest's.

    So fifty hostile files do not take fifty times as long as one, and a large good one still has its time.
    """
    least = _SHORTEST + _PER_MEBIBYTE * size / 2**20
    return min(most, max(least, most * 0.5**late))


def limit_memory(most: int = MEMORY_BYTES) -> None:
    """Bound this process's address space; on Windows only the looks before parsing and the time limit hold."""
    try:
        import resource
    except ImportError:
        return
    status = Path("/proc/self/statm")
    used = int(status.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (used + most, used + most))


def _serve(pipe: Connection, most: int, answer: Callable[[Any], Any], prepare: Callable[[], None] | None) -> None:
    limit_memory(most)
    if prepare:
        prepare()
    with open(os.devnull, "w") as silence:
        os.dup2(silence.fileno(), 2)
    pipe.send(None)  # from here on time is the request's own
    with contextlib.suppress(EOFError):
        while True:
            pipe.send(answer(pipe.recv()))


class LimitedProcess(Generic[Answer]):
    """Answers requests by `answer`, a function of a module, after `prepare`; after a request too many it begins again."""

    def __init__(self, answer: Callable[[Any], Answer], prepare: Callable[[], None] | None = None, memory: int = MEMORY_BYTES) -> None:
        self.limits = (memory, answer, prepare)
        self.process: SpawnProcess | None = None
        self.is_stopped = False

    def _begin(self) -> Connection:
        context = mp.get_context("spawn")
        pipe, inner = context.Pipe()
        process = context.Process(target=_serve, args=(inner, *self.limits), daemon=True)
        process.start()
        inner.close()
        self.pipe, self.process = pipe, process
        if self.is_stopped:  # while it started
            process.kill()
        with contextlib.suppress(EOFError, OSError):
            if pipe.poll(SECONDS):
                pipe.recv()
        return pipe

    def ask(self, request: Any, seconds: float) -> Answer:
        """Return the answer. Raises Exceeded where the process died over it or ran out of time."""
        pipe, limit = self.pipe if self.process else self._begin(), "memory"
        with contextlib.suppress(EOFError, OSError):
            pipe.send(request)
            if pipe.poll(seconds):
                answer: Answer = pipe.recv()
                return answer
            limit = "time"
        self.close()
        raise Exceeded(limit)

    def stop(self) -> None:
        """Kill the process, whatever it is doing; the thread that waits for it sees its pipe end."""
        self.is_stopped, process = True, self.process
        if process:
            process.kill()

    def close(self) -> None:
        """Kill the process and wait until it is gone; only the thread that asks, or nobody, may use it."""
        if self.process:
            self.process.kill()
            self.process.join()
            self.pipe.close()
            self.process = None
